namespace Celerity.Live;

/// <summary>What a dashboard shows of the whole app while it is open.</summary>
internal sealed record LiveView(
    DateTimeOffset At, int Running, int Workers, double RatePerSecond, IReadOnlyList<LiveQueue> Queues, IReadOnlyList<LiveRun> Runs)
{
    /// <summary>Gets how many changes of tasks were left out since the view before, because there were too many.</summary>
    public int TaskEventsDropped { get; init; }
}

/// <summary>How many messages a queue has.</summary>
internal sealed record LiveQueue(string Name, int Length);
