namespace Celerity.Storage;

/// <summary>Sends to queues, and drains the ones that no function listens to.</summary>
internal interface IQueueStore
{
    /// <summary>
    /// Sends one message that never expires. Returned means stored, twice where a reply was lost on the way; thrown means it may have been stored.
    /// </summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="body">The text as it goes on the queue, at most 64 KiB of UTF-8.</param>
    /// <param name="delay">0 to 7 days until it can be received.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Receives up to 32 messages and hides them for <paramref name="lease"/>; empty where there is none or no queue.</summary>
    ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Deletes a received message; <see langword="false"/> where the lease is lost or the message gone.</summary>
    ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken);

    /// <summary>Counts the messages, leased and delayed ones too: never fewer than there are, at times more; 0 where there is no queue.</summary>
    ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken);
}
