using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.SoakApp;

/// <summary>A queue of the app's own.</summary>
public static class OwnTasks
{
    /// <summary>Its name.</summary>
    public const string Queue = "soak-own";

    /// <summary>Runs one delivery.</summary>
    [Function(nameof(OwnTasks))]
    public static Task RunAsync([QueueTrigger(Queue)] QueueMessage message, FunctionContext context) => QueuedTasks.RunAsync(Queue, message, context);
}
