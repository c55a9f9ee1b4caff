using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Retry;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Stores how a task ended and does the effects. The terminal write decides; effects are made from the stored row, after it, and may be repeated.</summary>
internal sealed class TaskEnd(ControlRows rows, DeadLetterStore deadLetters, TimeProvider time)
{
    private const int MaxReason = 4000;

    public ValueTask AsAsync(
        TaskDelivery delivery, ControlRow claimed, TaskState state, string? reason, string? result, CancellationToken cancellationToken) =>
        StoreAsync(delivery, claimed, claimed with { End = state, Reason = reason, Result = result }, cancellationToken);

    public ValueTask AsDeadAsync(TaskDelivery delivery, ControlRow claimed, FailureRecord last, CancellationToken cancellationToken)
    {
        var failures = FailureRecord.Add(delivery.Envelope.Failures ?? [], last);
        return StoreAsync(
            delivery,
            claimed,
            claimed with { End = TaskState.DeadLettered, Category = last.Category, Reason = last.Message, Failures = CelerityJson.Write(failures) },
            cancellationToken);
    }

    /// <summary>Does what follows from a stored outcome.</summary>
    public async ValueTask DoEffectsAsync(TaskDelivery delivery, ControlRow ended, CancellationToken cancellationToken)
    {
        if (ended.End != TaskState.DeadLettered)
        {
            return;
        }

        var envelope = delivery.Envelope;
        await deadLetters.WriteAsync(
            new DeadLetter
            {
                Id = delivery.Id,
                Kind = "task",
                Name = envelope.Task,
                Queue = delivery.Queue,
                Category = ended.Category!.Value,
                Reason = ended.Reason ?? "",
                Attempt = ended.Attempt,
                Body = MessageCodec.Encode(envelope with { Failures = null }),
                Failures = ended.Failures,
                CorrelationId = envelope.CorrelationId,
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask StoreAsync(TaskDelivery delivery, ControlRow claimed, ControlRow ended, CancellationToken cancellationToken)
    {
        var key = ControlKey.OfTask(delivery.Id);
        var reason = ended.Reason is { Length: > MaxReason } text ? text[..MaxReason] : ended.Reason;
        var stored = await rows.TryWriteAsync(
            key, ended with { Claim = null, Reason = reason, EndedAt = time.GetUtcNow() }, claimed.ETag, cancellationToken).ConfigureAwait(false)
            ?? await rows.FindAsync(key, cancellationToken).ConfigureAwait(false);

        // Refused and not ended: another delivery holds the task now, and this one is fenced.
        if (stored?.End is not null)
        {
            await DoEffectsAsync(delivery, stored, cancellationToken).ConfigureAwait(false);
        }
    }
}
