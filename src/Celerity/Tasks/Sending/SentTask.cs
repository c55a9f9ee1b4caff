namespace Celerity.Tasks.Sending;

/// <summary>What became of a send.</summary>
/// <param name="Id">The task.</param>
/// <param name="IsEarlier">Whether it had been sent before: by the same idempotency key, as the holder of a unique key, or as a cached result.</param>
internal readonly record struct SentTask(string Id, bool IsEarlier);
