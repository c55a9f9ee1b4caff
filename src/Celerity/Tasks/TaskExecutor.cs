using Celerity.DeadLetters;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Runs delivered messages of the task queues. When it returns, the message may be deleted: its outcome is stored, or it was handed over.</summary>
internal sealed class TaskExecutor(TaskPass pass, TaskHandover handover, DeadLetterStore deadLetters)
{
    public async ValueTask RunAsync(string queue, QueueItem item, CancellationToken cancellationToken)
    {
        var tasks = MessageCodec.Decode(item.Body, out var reason);
        if (reason is not null)
        {
            await deadLetters.WriteAsync(Undecodable(queue, item, reason), cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var index = 0; index < tasks.Count; index++)
        {
            var delivery = ToDelivery(queue, item, tasks[index], tasks.Count > 1 ? index : null);

            // A pack that comes again may hold a task that kills the process: each goes on alone. A stranger's message without an id goes on
            // with its id written, because the host's poison copy would have another message id.
            if (item.DequeueCount > 1 && (tasks.Count > 1 || tasks[index].Id is null))
            {
                await handover.SendOnAsync(delivery, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await pass.RunAsync(delivery, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static TaskDelivery ToDelivery(string queue, QueueItem item, TaskEnvelope envelope, int? index)
    {
        var id = envelope.Id ?? (index is { } place ? $"q-{item.MessageId}-{place}" : $"q-{item.MessageId}");
        return new TaskDelivery(envelope with { Id = id }, item.MessageId, item.DequeueCount, queue);
    }

    public static DeadLetter Undecodable(string queue, QueueItem item, string reason) => new()
    {
        Id = item.MessageId,
        Kind = "message",
        Name = "",
        Queue = queue,
        Category = ErrorCategory.Undecodable,
        Reason = reason,
        Attempt = 1,
        Body = item.Body,
    };
}
