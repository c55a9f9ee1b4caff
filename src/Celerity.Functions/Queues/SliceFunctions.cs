using Azure.Storage.Queues.Models;
using Celerity.Functions.Pipelines;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Queues;

/// <summary>Processes slices.</summary>
public static class SliceFunctions
{
    /// <summary>Runs one delivery of a slice.</summary>
    [Function("CelerityRunSlice")]
    public static async Task RunAsync(
        [QueueTrigger(StorageNames.ChunksQueue)] QueueMessage message, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(context);
        await context.InstanceServices.GetRequiredService<SliceExecutor>().RunAsync(
            new Storage.QueueItem(message.MessageId, "", message.DequeueCount, message.Body.ToString()) { InsertedAt = message.InsertedOn },
            new DurableStageSignal(client),
            context.CancellationToken).ConfigureAwait(false);
    }
}
