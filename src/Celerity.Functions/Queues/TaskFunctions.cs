using Azure.Storage.Queues.Models;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Queues;

/// <summary>Runs tasks from the three queues.</summary>
public static class TaskFunctions
{
    /// <summary>Runs one delivery from <c>celerity-high</c>.</summary>
    [Function("CelerityRunHigh")]
    public static Task RunHighAsync([QueueTrigger(StorageNames.HighQueue)] QueueMessage message, FunctionContext context) =>
        RunAsync(StorageNames.HighQueue, message, context);

    /// <summary>Runs one delivery from <c>celerity-default</c>.</summary>
    [Function("CelerityRunDefault")]
    public static Task RunDefaultAsync([QueueTrigger(StorageNames.DefaultQueue)] QueueMessage message, FunctionContext context) =>
        RunAsync(StorageNames.DefaultQueue, message, context);

    /// <summary>Runs one delivery from <c>celerity-low</c>.</summary>
    [Function("CelerityRunLow")]
    public static Task RunLowAsync([QueueTrigger(StorageNames.LowQueue)] QueueMessage message, FunctionContext context) =>
        RunAsync(StorageNames.LowQueue, message, context);

    private static async Task RunAsync(string queue, QueueMessage message, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(context);
        await context.InstanceServices.GetRequiredService<TaskExecutor>().RunAsync(
            new TaskDelivery(message.Body.ToMemory(), message.MessageId, message.DequeueCount, queue) { InsertedAt = message.InsertedOn }, context.CancellationToken).ConfigureAwait(false);
    }
}
