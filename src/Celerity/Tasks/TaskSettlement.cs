using Celerity.Handover;
using Celerity.Observing;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks.Logs;
using Celerity.Wire;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Stores what became of a task, then makes the effects of what is stored; or hands the task over.</summary>
internal sealed partial class TaskSettlement(
    ControlRows rows, TaskHandover handover, IEnumerable<ITaskEffect> effects, IBlobStore blobs, TaskObservers observers, TimeProvider time, ILogger<TaskSettlement> logger)
{
    private const int MaxRowChars = 30_000;

    private readonly ITaskEffect[] _effects = [.. effects];

    /// <summary>Hands a task over, or adds its end to those that its delivery stores together.</summary>
    public async ValueTask SettleAsync(
        TaskPass pass, TaskVerdict verdict, TaskTracking tracking, TaskEnds ends, CancellationToken cancellationToken)
    {
        switch (verdict)
        {
            case TaskVerdict.Next next:
                LogNext(pass, next);
                await handover.SendNextAsync(pass, pass.Row, next, cancellationToken).ConfigureAwait(false);
                await TellAsync(pass, next).ConfigureAwait(false);
                break;

            // At this level a task that ran through leaves no trace; one that was claimed has a row, which must not stay open.
            case TaskVerdict.End { State: TaskState.Succeeded } when tracking == TaskTracking.None && pass.Held is null && !IsAwaited(pass.Envelope):
                await TellAsync(pass, pass.Row with { State = TaskState.Succeeded }, verdict.Duration).ConfigureAwait(false);
                break;

            case TaskVerdict.End end:
                await ends.AddAsync(await EndedAsync(pass, pass.Row, end, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Ends a task; where another end is stored already, that one counts.</summary>
    public async ValueTask EndAsync(TaskPass pass, ControlRow current, TaskVerdict.End end, CancellationToken cancellationToken) =>
        await EndAllAsync([await EndedAsync(pass, current, end, cancellationToken).ConfigureAwait(false)], cancellationToken).ConfigureAwait(false);

    /// <summary>Ends tasks together; what is refused together is ended one by one, by the rules. Their effects share requests where they can.</summary>
    public async ValueTask EndAllAsync(IReadOnlyList<TaskEnd> ends, CancellationToken cancellationToken)
    {
        IReadOnlyList<ControlRow?> stored = ends.Count > 1
            ? await rows.TryWriteAllAsync([.. ends.Select(end => new ControlWrite(end.Pass.Key, end.Row, end.Pass.Held))], cancellationToken)
                .ConfigureAwait(false)
            : [null];
        var ended = new List<EndedTask>(ends.Count);
        var own = new List<TaskEnd>(ends.Count);
        foreach (var (at, (pass, row, duration)) in ends.Index())
        {
            if ((stored[at] ?? await rows.TryEndAsync(pass.Key, pass.Held, row, cancellationToken).ConfigureAwait(false)) is { } end)
            {
                LogEnd(pass, end);
                ended.Add(new EndedTask(pass.Envelope, pass.Queue, end));

                // Of an end that another pass has stored, that one tells.
                if (end.Ending!.At == row.Ending!.At && end.Claim == row.Claim)
                {
                    own.Add(new TaskEnd(pass, end, duration));
                }
            }
            else
            {
                LogFenced(logger, pass.Envelope.Task, pass.Envelope.Id, row.State);
            }
        }

        await ApplyAsync(ended, cancellationToken).ConfigureAwait(false);
        foreach (var (pass, end, duration) in own)
        {
            await TellAsync(pass, end, duration).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the effects of a task's stored end, however often they were made before.</summary>
    public ValueTask RepeatEffectsAsync(TaskPass pass, ControlRow ended, CancellationToken cancellationToken) =>
        ApplyAsync([new EndedTask(pass.Envelope, pass.Queue, ended)], cancellationToken);

    private bool IsAwaited(TaskEnvelope envelope) => envelope.IsAwaited || _effects.Any(effect => effect.MustHear(envelope));

    private async ValueTask ApplyAsync(IReadOnlyList<EndedTask> ended, CancellationToken cancellationToken)
    {
        foreach (var effect in _effects)
        {
            await effect.ApplyAllAsync(ended, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask TellAsync(TaskPass pass, TaskVerdict.Next next)
    {
        if (observers.IsEmpty)
        {
            return;
        }

        if (next.Failure is { } failure)
        {
            var failed = pass.Event(TaskEventKind.Failed, failure.At) with { Category = failure.Category, Reason = failure.Message, Duration = next.Duration };
            await observers.TellAsync(failed).ConfigureAwait(false);
            await observers.TellAsync(failed with { Kind = TaskEventKind.Retried, At = time.GetUtcNow(), Delay = next.Delay, Duration = null }).ConfigureAwait(false);
        }
        else
        {
            await observers.TellAsync(pass.Deferred(next, time.GetUtcNow())).ConfigureAwait(false);
        }
    }

    private async ValueTask TellAsync(TaskPass pass, ControlRow ended, TimeSpan? duration)
    {
        if (observers.IsEmpty)
        {
            return;
        }

        var told = pass.Event(EndKinds.Of(ended.State), time.GetUtcNow()) with
        {
            Attempt = ended.Attempt,
            Category = ended.Ending?.Category,
            Reason = ended.Ending?.Reason,
            Duration = duration,
        };
        if (ended.State == TaskState.DeadLettered && ended.Failures.Count > 0)
        {
            await observers.TellAsync(told with { Kind = TaskEventKind.Failed, At = ended.Failures[^1].At }).ConfigureAwait(false);
        }

        await observers.TellAsync(told).ConfigureAwait(false);
    }

    private async ValueTask<TaskEnd> EndedAsync(TaskPass pass, ControlRow current, TaskVerdict.End end, CancellationToken cancellationToken)
    {
        var isLarge = end.Result?.Length > MaxRowChars;
        var row = current with
        {
            State = end.State,
            Failures = end.Failure is { } failure ? FailureHistory.Merge(current.Failures, [failure]) : current.Failures,
            Log = TaskLog.Join(current.Log, end.Log),
            Ending = new Ending
            {
                At = time.GetUtcNow(),
                Host = Environment.MachineName,
                Category = end.Category,
                Reason = end.Reason?.AtMost(FailureRecord.MaxMessageChars),
                Result = isLarge ? null : end.Result,
                ResultBlob = isLarge ? await KeepResultAsync(pass, end.Result!, cancellationToken).ConfigureAwait(false) : null,
            },
        };
        return new TaskEnd(pass, row, end.Duration);
    }

    // Named by the pass: a fenced one must not write over the result that counts.
    private async ValueTask<string> KeepResultAsync(TaskPass pass, string result, CancellationToken cancellationToken)
    {
        var name = $"{TableKeys.Escape(pass.Envelope.Id)}/{pass.Id}.json";
        var content = System.Text.Encoding.UTF8.GetBytes(result);
        await blobs.WriteAsync(StorageNames.ResultsContainer, name, content, cancellationToken).ConfigureAwait(false);
        return name;
    }
}
