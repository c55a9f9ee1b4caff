using System.Text.Json.Serialization;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>What waits in an entity's queue.</summary>
[JsonDerivedType(typeof(OperationRequested), nameof(OperationRequested))]
[JsonDerivedType(typeof(LockRequested), nameof(LockRequested))]
[JsonDerivedType(typeof(LockReleased), nameof(LockReleased))]
internal abstract record EntityMessage
{
    /// <summary>Gets the lock that the message belongs to. While an entity is locked, only messages of its lock are taken.</summary>
    public string? LockId { get; init; }
}

/// <summary>A call, which has a caller to answer, or a signal, which has none.</summary>
internal sealed record OperationRequested(string Name, string? Input, EntityCaller? Caller = null) : EntityMessage;

/// <summary>A request to lock <paramref name="Entities"/> in their order; the one at <paramref name="Position"/> has it now.</summary>
internal sealed record LockRequested(EntityCaller Caller, IReadOnlyList<string> Entities, int Position) : EntityMessage;

internal sealed record LockReleased : EntityMessage;

/// <summary>The execution that waits for an answer, and the name of the event that brings it.</summary>
internal sealed record EntityCaller(string InstanceId, string ExecutionId, string RequestId);

/// <summary>A message on its way to an entity, which does not get it before <paramref name="NotBefore"/>.</summary>
internal sealed record OutgoingEntityMessage(string EntityId, EntityMessage Message, DateTimeOffset? NotBefore = null);
