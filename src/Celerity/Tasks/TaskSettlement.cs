using Celerity.Handover;
using Celerity.Retry;
using Celerity.Storage;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Stores what became of a task, then makes the effects of what is stored; or hands the task over.</summary>
internal sealed partial class TaskSettlement(
    ControlRows rows, TaskHandover handover, IEnumerable<ITaskEffect> effects, IBlobStore blobs, TimeProvider time, ILogger<TaskSettlement> logger)
{
    private const int MaxRowChars = 30_000;

    public async ValueTask SettleAsync(TaskPass pass, TaskVerdict verdict, TaskTracking tracking, CancellationToken cancellationToken)
    {
        switch (verdict)
        {
            case TaskVerdict.Next next:
                LogNext(pass, next);
                await handover.SendNextAsync(pass, pass.Row, next, cancellationToken).ConfigureAwait(false);
                break;

            // At this level a task that ran through leaves no trace; one that was claimed has a row, which must not stay open.
            case TaskVerdict.End { State: TaskState.Succeeded } when tracking == TaskTracking.None && pass.Held is null && !pass.Envelope.IsAwaited:
                break;

            case TaskVerdict.End end:
                await EndAsync(pass, pass.Row, end, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Ends a task; where another end is stored already, that one counts.</summary>
    public async ValueTask EndAsync(TaskPass pass, ControlRow current, TaskVerdict.End end, CancellationToken cancellationToken)
    {
        var failures = end.Failure is { } failure ? FailureHistory.Merge(current.Failures, [failure]) : current.Failures;
        var isLarge = end.Result?.Length > MaxRowChars;
        var ended = current with
        {
            State = end.State,
            Failures = failures,
            Ending = new Ending
            {
                At = time.GetUtcNow(),
                Host = Environment.MachineName,
                Category = end.Category,
                Reason = end.Reason is { Length: > FailureRecord.MaxMessageChars } reason ? reason[..FailureRecord.MaxMessageChars] : end.Reason,
                Result = isLarge ? null : end.Result,
                ResultBlob = isLarge ? await KeepResultAsync(pass, end.Result!, cancellationToken).ConfigureAwait(false) : null,
            },
        };
        if (await rows.TryEndAsync(pass.Key, pass.Held, ended, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            LogFenced(logger, pass.Envelope.Task, pass.Envelope.Id, end.State);
            return;
        }

        LogEnd(pass, stored);
        await RepeatEffectsAsync(pass, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the effects of a task's stored end, however often they were made before.</summary>
    public async ValueTask RepeatEffectsAsync(TaskPass pass, ControlRow ended, CancellationToken cancellationToken)
    {
        foreach (var effect in effects)
        {
            await effect.ApplyAsync(pass.Envelope, pass.Queue, ended, cancellationToken).ConfigureAwait(false);
        }
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
