namespace Celerity.Tasks;

/// <summary>One delivery of a queue message.</summary>
/// <param name="Body">The bytes as they lay on the queue.</param>
/// <param name="MessageId">The service's id.</param>
/// <param name="DequeueCount">How often it was received, this time included.</param>
/// <param name="Queue">The queue it came from.</param>
internal sealed record TaskDelivery(ReadOnlyMemory<byte> Body, string MessageId, long DequeueCount, string Queue)
{
    /// <summary>Gets when the message came onto the queue; <see langword="null"/> where it is not known.</summary>
    public DateTimeOffset? InsertedAt { get; init; }
}
