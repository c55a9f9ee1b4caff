namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>An entity as it is stored.</summary>
internal sealed record EntityRow
{
    /// <summary>Gets the id as text, <c>@name@key</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the state, or <see langword="null"/>: it was never set, or the entity was deleted.</summary>
    public string? State { get; init; }

    /// <summary>Gets when operations last ran, or when the first message came.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the orchestration that has locked it, or <see langword="null"/>.</summary>
    public string? LockedBy { get; init; }

    /// <summary>Gets the lock, or <see langword="null"/>.</summary>
    public string? LockId { get; init; }

    /// <summary>Gets how many messages waited when the row was read.</summary>
    public int Backlog { get; init; }
}
