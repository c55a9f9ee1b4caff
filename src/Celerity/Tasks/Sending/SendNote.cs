namespace Celerity.Tasks.Sending;

/// <summary>A note of a send that has begun.</summary>
/// <param name="PartitionKey">Where it lies.</param>
/// <param name="RowKey">Its time and its task.</param>
/// <param name="ETag">Its version; <see langword="null"/> where its writing was not confirmed, so that it is left to the sweep.</param>
/// <param name="Id">The task.</param>
/// <param name="At">When the send began.</param>
/// <param name="OrderPartition">The line of tickets that the send stands in, or <see langword="null"/>.</param>
internal sealed record SendNote(string PartitionKey, string RowKey, string? ETag, string Id, DateTimeOffset At, string? OrderPartition);
