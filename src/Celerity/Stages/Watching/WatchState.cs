using Celerity.Stages.Planning;

namespace Celerity.Stages.Watching;

/// <summary>What a stage remembers of the slices that have not ended, from one look to the next.</summary>
/// <param name="Interval">How long to wait for an event before the next look.</param>
/// <param name="Slices">The slices that ought to be on the queue or running, by index.</param>
internal sealed record WatchState(TimeSpan Interval, IReadOnlyDictionary<int, SliceWatch> Slices)
{
    public static WatchState Start { get; } = new(TimeSpan.FromMinutes(1), new Dictionary<int, SliceWatch>());
}

/// <summary>What is remembered of one slice.</summary>
/// <param name="Since">When it was first missed, or last sent again.</param>
/// <param name="Sends">How often it was sent again.</param>
internal readonly record struct SliceWatch(DateTimeOffset Since, int Sends);

/// <summary>What a look at a stage is asked for.</summary>
/// <param name="Plan">The stage's plan.</param>
/// <param name="State">What the look before left.</param>
/// <param name="ByEvent">Whether an event caused it: then completion and cancelling are all that is looked at.</param>
internal sealed record WatchRequest(StagePlan Plan, WatchState State, bool ByEvent);

/// <summary>What a look at a stage found.</summary>
internal sealed record WatchStep(WatchFinding Found, WatchState State);

internal enum WatchFinding
{
    /// <summary>Chunks are still to end.</summary>
    Waiting,

    /// <summary>Every chunk has ended.</summary>
    Complete,

    /// <summary>The run was cancelled.</summary>
    Cancelled,
}
