using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Celerity.LocalRuntime.Queues;

/// <summary>A queue of a storage account or of Azurite.</summary>
internal sealed class AzureStorageQueue(QueueClient client) : IStorageQueue
{
    public Uri Uri => client.Uri;

    public string Name => client.Name;

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        await client.ExistsAsync(cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int count, TimeSpan lease, CancellationToken cancellationToken) =>
        (await client.ReceiveMessagesAsync(count, lease, cancellationToken).ConfigureAwait(false)).Value;

    public async Task<string> HideAsync(string messageId, string popReceipt, TimeSpan visibility, CancellationToken cancellationToken)
    {
        // Without a body the service keeps the one it has.
        var receipt = await client
            .UpdateMessageAsync(messageId, popReceipt, visibilityTimeout: visibility, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return receipt.Value.PopReceipt;
    }

    public Task DeleteAsync(string messageId, string popReceipt, CancellationToken cancellationToken) =>
        client.DeleteMessageAsync(messageId, popReceipt, cancellationToken);

    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendMessageAsync(text, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await client.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await client.SendMessageAsync(text, cancellationToken).ConfigureAwait(false);
        }
    }
}
