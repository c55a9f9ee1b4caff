using Azure.Storage.Queues.Models;
using Celerity.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Queues;

/// <summary>Runs tasks from the three queues.</summary>
public static class TaskFunctions
{
    /// <summary>Runs one delivery from <c>celerity-high</c>.</summary>
    [Function("CelerityRunHigh")]
    public static Task RunHighAsync([QueueTrigger(StorageNames.HighQueue)] QueueMessage message, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        QueuedTasks.RunAsync(StorageNames.HighQueue, message, client, context);

    /// <summary>Runs one delivery from <c>celerity-default</c>.</summary>
    [Function("CelerityRunDefault")]
    public static Task RunDefaultAsync([QueueTrigger(StorageNames.DefaultQueue)] QueueMessage message, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        QueuedTasks.RunAsync(StorageNames.DefaultQueue, message, client, context);

    /// <summary>Runs one delivery from <c>celerity-low</c>.</summary>
    [Function("CelerityRunLow")]
    public static Task RunLowAsync([QueueTrigger(StorageNames.LowQueue)] QueueMessage message, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        QueuedTasks.RunAsync(StorageNames.LowQueue, message, client, context);
}
