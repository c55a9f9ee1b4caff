using System.Text;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Tasks.Sending;

namespace Celerity.Tasks;

/// <summary>Reads messages of the queues that no function listens to: held ones, and those that the host gave up on.</summary>
internal sealed class UntriggeredMessages(MessageReader reader, DeadLetterStore deadLetters, TimeProvider time)
{
    /// <summary>Reads a message. What in it nobody can read becomes a dead letter.</summary>
    /// <param name="item">The message.</param>
    /// <param name="queue">The queue that it is to go to, or came from.</param>
    /// <returns>A pass for each task. It names no message, for the task's own message is another one.</returns>
    public async ValueTask<IReadOnlyList<TaskPass>> ReadAsync(QueueItem item, string queue)
    {
        var message = reader.Read(Encoding.UTF8.GetBytes(item.Body), item.MessageId, queue);
        foreach (var undecodable in message.Undecodable)
        {
            await deadLetters.AddUndecodableAsync(undecodable, queue, item.InsertedAt ?? time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }

        return [.. message.Tasks.Select(envelope => new TaskPass(
            envelope, queue, new DeliveryStamp(envelope.Seq, envelope.Delivery, MessageId: null, item.DequeueCount), Guid.NewGuid().ToString("N")))];
    }
}
