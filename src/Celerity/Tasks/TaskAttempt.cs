using Celerity.Observing;
using Celerity.Revocation;
using Celerity.Storage;
using Celerity.Tasks.Logs;
using Celerity.Workers;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Runs a handler once, under the task's time limits, as long as its task is wanted: neither revoked nor stopped with the app.</summary>
internal sealed partial class TaskAttempt(
    HandlerRun handlers,
    ITableStore tables,
    Revocations revocations,
    TaskObservers observers,
    WorkerLoad load,
    AttemptLogs logs,
    TimeProvider time,
    ILogger<TaskAttempt> logger)
{
    /// <summary>What a handler has to end in after its token has fired.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async ValueTask<AttemptEnd> RunAsync(TaskDefinition task, TaskPass pass, CancellationToken stopping) =>
        (await RunAllAsync(task, [(pass, stopping)]).ConfigureAwait(false))[0];

    /// <summary>Runs one attempt of each task, by one call of their handler.</summary>
    /// <returns>The ends, in the same order.</returns>
    public async ValueTask<IReadOnlyList<AttemptEnd>> RunAllAsync(TaskDefinition task, IReadOnlyList<(TaskPass Pass, CancellationToken Stopping)> passes)
    {
        task = WithinLimitsOf(task, passes);
        var limit = new CancellationTokenSource(task.Settings.TimeLimit, time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var items = passes.Select(entry => ItemOf(entry.Pass, limit.Token, entry.Stopping)).ToList();
        var registrations = items.Select(item => item.Stopping.Register(StopUnlessWanted)).ToList();
        var ends = new AttemptEnd?[items.Count];
        var start = time.GetTimestamp();
        try
        {
            var run = handlers.RunAsync(task, items, stop.Token);
            while (!run.IsCompleted && !stop.IsCancellationRequested)
            {
                await run.WithinAsync(Revocations.MaxAge, time, stop.Token).ConfigureAwait(false);
                if (!run.IsCompleted && !stop.IsCancellationRequested)
                {
                    await FindRevocationsAsync(items).ConfigureAwait(false);
                    await (items.TrueForAll(item => item.IsUnwanted) ? stop.CancelAsync() : Task.CompletedTask).ConfigureAwait(false);
                }
            }

            if (!run.IsCompleted)
            {
                await run.WithinAsync(Grace, time, CancellationToken.None).ConfigureAwait(false);
            }

            registrations.ForEach(registration => registration.Dispose());
            var hasEnded = run.IsCompleted;
            for (var at = 0; at < ends.Length; at++)
            {
                var reason = items[at].StopReason;
                var end = hasEnded ? (await run.ConfigureAwait(false))[at] : null;
                ends[at] = (end is null or AttemptEnd.Threw { Exception: OperationCanceledException } && (!hasEnded || reason != TaskStopReason.None)
                    ? items[at].StoppedFor(reason, task.Settings.TimeLimit)
                    : end!) with
                { Duration = time.GetElapsedTime(start), Log = items[at].Log?.Close() };
            }

            if (hasEnded)
            {
                stop.Dispose();
                limit.Dispose();
            }
            else
            {
                LeaveBehind(run, task, items);
            }

            return ends!;
        }
        finally
        {
            foreach (var (at, item) in items.Index())
            {
                load.End(item.Running, hasFailed: ends[at] is AttemptEnd.Threw or AttemptEnd.TimedOut);
                await item.Progress.DisposeAsync().ConfigureAwait(false);
            }
        }

        // One handler runs them all: it goes on as long as one of them is wanted.
        void StopUnlessWanted()
        {
            if (items.TrueForAll(item => item.IsUnwanted))
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Tells by which rule each task is revoked; <see langword="null"/> where it is not, and where that cannot be told now.</summary>
    public async ValueTask<IReadOnlyList<string?>> FindRevocationsAsync(IReadOnlyList<TaskPass> passes)
    {
        var found = new string?[passes.Count];
        foreach (var (at, pass) in passes.Index())
        {
            try
            {
                found[at] = await revocations.FindAsync(pass, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Storage is down for a moment: no reason to break off what runs; it is asked again in a few seconds.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotAsked(logger, pass.Envelope.Task, pass.Envelope.Id, exception);
                break;
            }
        }

        return found;
    }

    private AttemptItem ItemOf(TaskPass pass, CancellationToken limit, CancellationToken stopping)
    {
        var (running, progress) = (load.Begin(pass), new AttemptProgress(pass, tables, observers, time, logger));
        return new AttemptItem(pass, running, progress, new AttemptSignals(pass, running, progress, observers, time), limit, stopping) { Log = logs.Begin(pass) };
    }

    // A sender may ask for less time than the task has, not for more.
    private static TaskDefinition WithinLimitsOf(TaskDefinition task, IReadOnlyList<(TaskPass Pass, CancellationToken Stopping)> passes) => task with
    {
        Settings = task.Settings with
        {
            TimeLimit = passes.Select(entry => entry.Pass.Envelope.TimeLimit).Aggregate(task.Settings.TimeLimit, (ours, theirs) => theirs < ours ? theirs.Value : ours),
            SoftTimeLimit = passes.Select(entry => entry.Pass.Envelope.SoftTimeLimit).Append(task.Settings.SoftTimeLimit).Min(),
        },
    };

    // The handler keeps its scope and its token until it ends; what it does then is fenced by the hand-over.
    private void LeaveBehind(Task run, TaskDefinition task, List<AttemptItem> items)
    {
        var id = items[0].Pass.Envelope.Id + (items.Count > 1 ? $" and {items.Count - 1} more of its batch" : "");
        LogAbandoned(logger, task.Settings.Name, id, task.Settings.TimeLimit, load.AddZombie());
        _ = run.ContinueWith(
            _ => load.RemoveZombie(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async ValueTask FindRevocationsAsync(List<AttemptItem> items)
    {
        var found = await FindRevocationsAsync(items.ConvertAll(item => item.Pass)).ConfigureAwait(false);
        items.Zip(found).Where(pair => pair.Second is not null).ToList().ForEach(pair => pair.First.Signals.Revoked ??= pair.Second);
    }
}
