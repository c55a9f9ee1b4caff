using Azure.Storage.Queues.Models;

namespace Celerity.LocalRuntime.Queues;

/// <summary>One queue, in the few calls that the listener needs. Bodies are the raw text in the queue.</summary>
/// <remarks>Failures are the service's: <see cref="Azure.RequestFailedException"/> with its status and code.</remarks>
internal interface IStorageQueue
{
    /// <summary>Gets the queue's address, which tells it from its namesakes in other accounts.</summary>
    Uri Uri { get; }

    string Name { get; }

    Task<bool> ExistsAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int count, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Hides a message for <paramref name="visibility"/> from now on and returns its new pop receipt.</summary>
    Task<string> HideAsync(string messageId, string popReceipt, TimeSpan visibility, CancellationToken cancellationToken);

    Task DeleteAsync(string messageId, string popReceipt, CancellationToken cancellationToken);

    /// <summary>Sends a message with the service's default time to live, and creates the queue when it is missing.</summary>
    Task SendAsync(string text, CancellationToken cancellationToken);
}
