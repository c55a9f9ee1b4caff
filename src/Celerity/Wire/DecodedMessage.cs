namespace Celerity.Wire;

/// <summary>What a queue message holds.</summary>
/// <param name="Tasks">The tasks that could be read.</param>
/// <param name="Undecodable">What could not.</param>
/// <param name="IsPack">Whether it is a pack of several tasks.</param>
internal sealed record DecodedMessage(IReadOnlyList<TaskEnvelope> Tasks, IReadOnlyList<UndecodableItem> Undecodable, bool IsPack);

/// <summary>A message, or an item of a pack, that nobody can read.</summary>
/// <param name="Id">The queue message's id, with the item's place in its pack.</param>
/// <param name="Reason">What is wrong, in words for its sender.</param>
/// <param name="Bytes">The bytes as they came.</param>
internal sealed record UndecodableItem(string Id, string Reason, ReadOnlyMemory<byte> Bytes);
