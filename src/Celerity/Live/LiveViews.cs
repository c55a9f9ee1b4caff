namespace Celerity.Live;

/// <summary>Looks at the whole app for all streams of this process: each part at most every 5 seconds, and not at all while nobody asks.</summary>
internal sealed class LiveViews(QueueViews queues, LiveLoads loads, LiveRuns runs, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly SharedLook<LiveLoad> _loads = new(loads.LookAsync, MaxAge, time);
    private readonly SharedLook<IReadOnlyList<LiveRun>> _runs = new(runs.LookAsync, MaxAge, time);

    public async ValueTask<LiveView> ReadAsync(CancellationToken cancellationToken)
    {
        var (_, lengths) = await queues.ListAsync(cancellationToken).ConfigureAwait(false);
        var load = await _loads.GetAsync(cancellationToken).ConfigureAwait(false);
        var going = await _runs.GetAsync(cancellationToken).ConfigureAwait(false);
        return new LiveView(
            time.GetUtcNow(), load.Running, load.Workers, load.RatePerSecond, [.. lengths.Select(queue => new LiveQueue(queue.Name, queue.Length))], going);
    }
}
