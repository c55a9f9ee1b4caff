namespace Celerity.Handover;

/// <summary>What one delivery of a message says of itself.</summary>
/// <param name="Seq">How often the task was handed over.</param>
/// <param name="Delivery">The id of that hand-over; empty on a stranger's first message.</param>
/// <param name="MessageId">The queue message's id; <see langword="null"/> from a poison queue, where the host's copy has another id than the original.</param>
/// <param name="DequeueCount">How often the message was received, this time included.</param>
internal readonly record struct DeliveryStamp(int Seq, string Delivery, string? MessageId, long DequeueCount);
