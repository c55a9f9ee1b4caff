using Azure.Storage.Queues.Models;
using Celerity.Functions.Compositions;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity;

/// <summary>Runs tasks from a queue of the app's own.</summary>
public static class QueuedTasks
{
    /// <summary>Runs one delivery. All that a queue of the app's own needs, beside <see cref="CelerityBuilder.AddQueue"/>:</summary>
    /// <example><code>
    /// [Function("Invoices")]
    /// public static Task RunAsync([QueueTrigger("invoices")] QueueMessage message, FunctionContext context) =>
    ///     QueuedTasks.RunAsync("invoices", message, context);
    /// </code></example>
    /// <param name="queue">The queue that the function listens to.</param>
    /// <param name="message">What was delivered.</param>
    /// <param name="context">The function's context.</param>
    /// <exception cref="CelerityException">CEL0231: the queue was not added, so nobody would drain its poison queue.</exception>
    /// <remarks>Pipelines that wait for its tasks learn of their end at once where <see cref="RunAsync(string, QueueMessage, DurableTaskClient, FunctionContext)"/> is called.</remarks>
    public static async Task RunAsync(string queue, QueueMessage message, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(context);
        context.InstanceServices.GetRequiredService<TaskQueues>().Check(queue);
        await context.InstanceServices.GetRequiredService<TaskExecutor>().RunAsync(
            new TaskDelivery(message.Body.ToMemory(), message.MessageId, message.DequeueCount, queue) { InsertedAt = message.InsertedOn }, context.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs one delivery, and wakes pipelines that wait for its tasks.</summary>
    /// <param name="queue">The queue that the function listens to.</param>
    /// <param name="message">What was delivered.</param>
    /// <param name="client">The function's <c>[DurableClient]</c>.</param>
    /// <param name="context">The function's context.</param>
    /// <exception cref="CelerityException">CEL0231: the queue was not added, so nobody would drain its poison queue.</exception>
    public static Task RunAsync(string queue, QueueMessage message, DurableTaskClient client, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.InstanceServices.GetRequiredService<LastClientSignal>().Use(client);
        return RunAsync(queue, message, context);
    }
}
