namespace Celerity.Storage;

/// <summary>A received queue message.</summary>
/// <param name="MessageId">The service's id.</param>
/// <param name="Receipt">What a delete must show. Empty where a trigger's host holds the message.</param>
/// <param name="DequeueCount">1 on the first delivery.</param>
/// <param name="Body">The text as it lies on the queue: plain JSON or base64 of it.</param>
internal sealed record QueueItem(string MessageId, string Receipt, long DequeueCount, string Body)
{
    /// <summary>Gets when the message came onto the queue; <see langword="null"/> where it is not known.</summary>
    public DateTimeOffset? InsertedAt { get; init; }
}
