using Celerity.Tasks.Results;

namespace Celerity.Runs;

/// <summary>Lets requests wait for the end of a run: woken at once where it ends in this process, by looking each second where it ends in another.</summary>
internal sealed class RunEnds(RunStore runs, EndSignals signals, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Tells those who wait that a run has ended.</summary>
    public void Announce(string run) => signals.Signal(run);

    /// <summary>Waits until a run has ended, is found missing, or <paramref name="limit"/> has passed.</summary>
    public async Task WaitAsync(string run, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (started, isTold) = (time.GetTimestamp(), false);
        while (limit - time.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            // Before the look: an end between the two is not missed.
            using var watch = signals.Listen(run);
            // An end that was not told of may be that of a generation before.
            var known = runs.FindKnown(run, LookInterval) is { } kept && (isTold || !kept.Run.State.IsEnd()) ? kept : ((DateTimeOffset At, RunRecord Run)?)null;
            if ((known?.Run ?? await runs.FindAsync(run, cancellationToken).ConfigureAwait(false)) is not { } row || row.State.IsEnd())
            {
                return;
            }

            // What is known counts as a look at the instant from which it is.
            var next = known is { At: var at } ? at + LookInterval - time.GetUtcNow() : LookInterval;
            next = next > TimeSpan.Zero ? next : TimeSpan.Zero;
            await watch.Ended.WaitAsync(left < next ? left : next, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isTold = watch.Ended.IsCompleted;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
