using Azure.Storage.Queues;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Waking;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>Queues of an emulator, which tells nobody of its messages: the host looks for them when nothing else is to be done.</summary>
internal static class ExternalQueues
{
    /// <summary>Wakes the listeners of queues that have a message to receive.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> WakeAsync(AppProcess process)
    {
        var services = process.Host!.Services;
        var client = services.GetRequiredService<StorageConnections>().Queues(null);
        var hasAny = false;
        foreach (var queue in services.GetRequiredService<ProbedQueueSource>().Listened)
        {
            if (await HasVisibleAsync(client, queue).ConfigureAwait(false))
            {
                services.GetRequiredService<WakeBoard>().WakeAll(queue.Uri);
                hasAny = true;
            }
        }

        return hasAny;
    }

    private static async Task<bool> HasVisibleAsync(QueueServiceClient client, IStorageQueue queue)
    {
        var found = client.GetQueueClient(queue.Name);
        return await found.ExistsAsync().ConfigureAwait(false) && (await found.PeekMessagesAsync(1).ConfigureAwait(false)).Value.Length > 0;
    }
}
