using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>An entity as it was when it was asked for.</summary>
[JsonConverter(typeof(EntityMetadataConverter))]
public class EntityMetadata<TState>
{
#pragma warning disable IDE1006 // The official API names this field in an attribute of a public property.
    private readonly TState? state;
#pragma warning restore IDE1006

    public EntityMetadata(EntityInstanceId id)
    {
        Id = id;
    }

    public EntityMetadata(EntityInstanceId id, TState? state)
    {
        Id = id;
        IncludesState = state is not null;
        this.state = state;
    }

    public EntityInstanceId Id { get; }

    public DateTimeOffset LastModifiedTime { get; init; }

    /// <summary>Gets how many messages wait for the entity.</summary>
    public int BacklogQueueSize { get; init; }

    /// <summary>Gets the id of the orchestration that holds the entity's lock, or <see langword="null"/>.</summary>
    public string? LockedBy { get; init; }

    [MemberNotNullWhen(true, nameof(State))]
    [MemberNotNullWhen(true, nameof(state))]
    public bool IncludesState { get; }

    /// <summary>Gets the state.</summary>
    /// <exception cref="InvalidOperationException">The state was not asked for, or there is none.</exception>
    public TState? State => IncludesState
        ? state
        : throw new InvalidOperationException($"The entity '{Id}' was fetched without its state; ask for it, and look at {nameof(IncludesState)}.");
}
