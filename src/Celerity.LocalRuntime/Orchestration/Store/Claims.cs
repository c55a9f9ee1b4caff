using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>A process that runs orchestrations. Its claims live as long as it does.</summary>
/// <param name="Id">Unique for each engine.</param>
/// <param name="ProcessId">Its process on this machine.</param>
/// <param name="ProcessStartedAt">Tells the process from a later one with the same id.</param>
internal sealed record StoreOwner(string Id, int ProcessId, DateTimeOffset ProcessStartedAt);

/// <summary>An instance that one owner holds, with all that its next episode needs.</summary>
/// <remarks>The number rises with each claim of the instance: a commit under an older one is refused.</remarks>
internal sealed record ClaimedInstance(
    string OwnerId, long Number, InstanceRow Row, IReadOnlyList<HistoryEvent> History, IReadOnlyList<InboxMessage> Inbox);

/// <summary>An event that has arrived and is not in the history yet.</summary>
internal sealed record InboxMessage(long Sequence, HistoryEvent Event);

/// <summary>An activity call that one owner holds.</summary>
internal sealed record ClaimedActivity(string OwnerId, long Number, long Sequence, ActivityCall Call);

/// <summary>A call of an activity.</summary>
internal sealed record ActivityCall(string InstanceId, string ExecutionId, int TaskId, string Name, string Version, string? Input);

/// <summary>An event on its way to an instance: to one execution of it, or to whichever runs.</summary>
internal sealed record OutgoingMessage(string InstanceId, string? ExecutionId, DateTimeOffset VisibleAt, HistoryEvent Event);

/// <summary>An instance to create.</summary>
internal sealed record NewInstance(InstanceRow Row, ExecutionStarted Started);

/// <summary>The result of an episode: all of it is stored, or nothing.</summary>
internal sealed record Checkpoint
{
    public required ClaimedInstance Claim { get; init; }

    /// <summary>Gets the instance as it is from now on.</summary>
    public required InstanceRow Row { get; init; }

    /// <summary>Gets the events to append to the history; of the new execution where <see cref="StartsAnew"/>.</summary>
    public IReadOnlyList<HistoryEvent> History { get; init; } = [];

    /// <summary>Gets a value indicating whether the stored history and what was meant for the old execution are dropped.</summary>
    public bool StartsAnew { get; init; }

    public IReadOnlyList<ActivityCall> Activities { get; init; } = [];

    public IReadOnlyList<NewInstance> Instances { get; init; } = [];

    public IReadOnlyList<OutgoingMessage> Messages { get; init; } = [];

    public IReadOnlyList<OutgoingEntityMessage> ToEntities { get; init; } = [];
}
