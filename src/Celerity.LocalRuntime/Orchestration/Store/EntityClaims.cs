using Celerity.LocalRuntime.Orchestration.Entities;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>An entity that one owner holds, with the messages that it may take, oldest first.</summary>
/// <remarks>The number rises with each claim of the entity: a commit under an older one is refused.</remarks>
internal sealed record ClaimedEntity(string OwnerId, long Number, EntityRow Row, IReadOnlyList<EntityInboxMessage> Inbox);

/// <summary>A message that has arrived.</summary>
internal sealed record EntityInboxMessage(long Sequence, EntityMessage Message);

/// <summary>Which entities to list.</summary>
internal sealed record EntityFilter(
    string? IdPrefix = null, DateTimeOffset? UpdatedFrom = null, DateTimeOffset? UpdatedTo = null, bool WithoutState = false);

/// <summary>What one step of cleaning did, and where the next one goes on; <see langword="null"/> at the end.</summary>
internal sealed record CleanedEntities(int Removed, int Released, string? NextAfter);
