using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>Entities that an orchestrator has locked or is about to.</summary>
internal sealed class CriticalSection(string lockId, IReadOnlyList<EntityInstanceId> entities)
{
    private readonly HashSet<EntityInstanceId> _called = [];

    public string LockId => lockId;

    /// <summary>Gets the entities in the order in which they are locked.</summary>
    public IReadOnlyList<EntityInstanceId> Entities => entities;

    /// <summary>Gets or sets a value indicating whether all are locked.</summary>
    public bool IsGranted { get; set; }

    public bool Holds(EntityInstanceId id) => entities.Contains(id);

    /// <summary>Notes that a call to a locked entity is open; <see langword="false"/> when there is one already.</summary>
    public bool TryBeginCall(EntityInstanceId id) => _called.Add(id);

    public void EndCall(EntityInstanceId id) => _called.Remove(id);
}
