using Celerity.Handover;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Replaces a task's message by its successor: that is sent first, then the control row moves to it. A refusal means fenced: the row is another's.</summary>
internal sealed class TaskHandover(ControlRows rows, IQueueStore queues, TaskEnd end)
{
    /// <summary>Hands a claimed task over.</summary>
    public async ValueTask SendNextAsync(
        TaskDelivery delivery, ControlRow claimed, TaskEnvelope next, TimeSpan delay, CancellationToken cancellationToken)
    {
        var successor = Successor(next);
        await SendAsync(delivery.Queue, successor, delay, cancellationToken).ConfigureAwait(false);
        _ = await rows.TryWriteAsync(ControlKey.OfTask(delivery.Id), Unclaimed(successor), claimed.ETag, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Hands a task over that this pass has not claimed, but somebody may have: a task of a pack, a message whose id is to be written, what
    /// came to the poison queue. A task that has ended has its effects repeated instead; a message that no longer counts is dropped.
    /// </summary>
    public async ValueTask SendOnAsync(TaskDelivery delivery, CancellationToken cancellationToken)
    {
        var key = ControlKey.OfTask(delivery.Id);
        var row = await rows.FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (row?.End is not null)
        {
            await end.DoEffectsAsync(delivery, row, cancellationToken).ConfigureAwait(false);
            return;
        }

        var envelope = delivery.Envelope;
        if (row is not null && (envelope.Seq < row.Seq || (envelope.Seq == row.Seq && (envelope.Delivery ?? "") != row.Delivery)))
        {
            return;
        }

        var successor = Successor(envelope with { Crashes = Math.Max(envelope.Crashes, row?.Crashes ?? 0) });
        await SendAsync(delivery.Queue, successor, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        _ = await rows.TryWriteAsync(key, Unclaimed(successor), row?.ETag, cancellationToken).ConfigureAwait(false);
    }

    private static TaskEnvelope Successor(TaskEnvelope next) => next with { Seq = next.Seq + 1, Delivery = Guid.NewGuid().ToString("N") };

    private static ControlRow Unclaimed(TaskEnvelope message) => new()
    {
        Seq = message.Seq,
        Delivery = message.Delivery!,
        Attempt = message.Attempt,
        Crashes = message.Crashes,
        Failures = message.Failures is { Count: > 0 } failures ? CelerityJson.Write(failures) : null,
    };

    private ValueTask SendAsync(string queue, TaskEnvelope message, TimeSpan delay, CancellationToken cancellationToken) => queues.SendAsync(
        queue, MessageCodec.Encode(message), delay > RetryDecision.MaxDelay ? RetryDecision.MaxDelay : delay, cancellationToken);
}
