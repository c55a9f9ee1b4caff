using Azure.Storage.Queues.Models;
using Celerity.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.Functions.Queues;

/// <summary>Runs tasks from the three queues.</summary>
public static class TaskFunctions
{
    /// <summary>Runs one delivery from <c>celerity-high</c>.</summary>
    [Function("CelerityRunHigh")]
    public static Task RunHighAsync([QueueTrigger(StorageNames.HighQueue)] QueueMessage message, FunctionContext context) =>
        QueuedTasks.RunAsync(StorageNames.HighQueue, message, context);

    /// <summary>Runs one delivery from <c>celerity-default</c>.</summary>
    [Function("CelerityRunDefault")]
    public static Task RunDefaultAsync([QueueTrigger(StorageNames.DefaultQueue)] QueueMessage message, FunctionContext context) =>
        QueuedTasks.RunAsync(StorageNames.DefaultQueue, message, context);

    /// <summary>Runs one delivery from <c>celerity-low</c>.</summary>
    [Function("CelerityRunLow")]
    public static Task RunLowAsync([QueueTrigger(StorageNames.LowQueue)] QueueMessage message, FunctionContext context) =>
        QueuedTasks.RunAsync(StorageNames.LowQueue, message, context);
}
