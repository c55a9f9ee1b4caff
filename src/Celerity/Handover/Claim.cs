namespace Celerity.Handover;

/// <summary>Who runs a task or chunk.</summary>
/// <param name="MessageId">The queue message through which it was claimed.</param>
/// <param name="DequeueCount">That message's dequeue count at the claim.</param>
/// <param name="AttemptId">The pass that claimed: tells the lost reply to one's own claim from somebody else's claim.</param>
internal sealed record Claim(string MessageId, long DequeueCount, string AttemptId);
