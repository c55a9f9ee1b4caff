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
    /// <summary>Runs one delivery of a slice: one of the first of its stage.</summary>
    [Function("CelerityRunSlice")]
    public static Task RunAsync(
        [QueueTrigger(StorageNames.ChunksQueue)] QueueMessage message, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        ExecuteAsync(message, client, context);

    /// <summary>Runs one delivery of a slice that is not among the first of its stage.</summary>
    [Function("CelerityRunBulkSlice")]
    public static Task RunBulkAsync(
        [QueueTrigger(StorageNames.BulkQueue)] QueueMessage message, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        ExecuteAsync(message, client, context);

    private static async Task ExecuteAsync(QueueMessage message, DurableTaskClient client, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(context);
        await context.InstanceServices.GetRequiredService<SliceExecutor>().RunAsync(
            new Storage.QueueItem(message.MessageId, "", message.DequeueCount, message.Body.ToString()) { InsertedAt = message.InsertedOn },
            new DurableStageSignal(client),
            context.CancellationToken).ConfigureAwait(false);
    }
}
