using System.Text;
using Celerity.DeadLetters;
using Celerity.Groups;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>
/// Sends tasks that follow others. The caller comes back until it has returned, and each time the same task leaves with the same id: to this app
/// once, to Celery's workers once unless the process dies between the send and its mark. What cannot be sent becomes a dead letter.
/// </summary>
internal sealed class CelerySends(
    CeleryQueues routes,
    TaskEncoder encoder,
    ReservedSends reserved,
    IQueueStore queues,
    ITableStore tables,
    DeadLetterStore deadLetters,
    CeleryResults results,
    TimeProvider time)
{
    /// <param name="task">The task.</param>
    /// <param name="parent">The task it follows: its correlation id and headers go on.</param>
    /// <param name="queue">The queue that one came from.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendAsync(CeleryTask task, CeleryParent parent, string queue, CancellationToken cancellationToken)
    {
        task = task with { Headers = parent.Headers.Concat(task.Headers).GroupBy(header => header.Key).ToDictionary(same => same.Key, same => same.Last().Value) };
        var refusal = routes.RouteOf(task, queue) switch
        {
            CeleryRoute.Ours route => await SendOursAsync(task, parent, route.Queue, cancellationToken).ConfigureAwait(false),
            CeleryRoute.Theirs route => await SendTheirsAsync(task, parent, route, cancellationToken).ConfigureAwait(false),
            CeleryRoute.Refused refused => refused,
            var route => throw new InvalidOperationException($"'{route}' is no route."),
        };
        if (refusal is not null)
        {
            await GiveUpAsync(task, parent, queue, $"{refusal.Code}: {refusal.Reason}", cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<CeleryRoute.Refused?> SendOursAsync(CeleryTask task, CeleryParent parent, string queue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var envelope = Envelope(task, parent) with { Queue = queue, SentAt = now, Reserved = true };
        try
        {
            envelope = encoder.WithPayload(envelope, envelope.Payload!.Value, PayloadFormat.Json);
        }
        catch (CelerityException exception) when (exception.Code == ErrorCodes.TaskTooLarge)
        {
            // To throw here would be to try again for ever: the result that it is given is stored, and stays as it is.
            return new CeleryRoute.Refused(ErrorCodes.CeleryTooLarge, exception.Detail);
        }

        envelope = await encoder.FitAsync(envelope, TaskEncoder.MaxFirstBytes, cancellationToken).ConfigureAwait(false);
        var message = encoder.Encode(envelope, queue);
        if (message.Length > TaskEncoder.MaxHandoverBytes)
        {
            return TooLarge(message.Length, TaskEncoder.MaxHandoverBytes);
        }

        var row = new SendRow(task.Id, SendRow.Reserved, task.Name, queue, message, now)
        {
            DueAt = task.Eta,
            CorrelationId = parent.CorrelationId,
            PayloadBlob = envelope.PayloadRef,
        };
        _ = await reserved.SendCoveredAsync(row, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<CeleryRoute.Refused?> SendTheirsAsync(
        CeleryTask task, CeleryParent parent, CeleryRoute.Theirs route, CancellationToken cancellationToken)
    {
        var message = CeleryMessage.Write(task, route.RoutingKey);
        if (message.Length > MessageCodec.MaxMessageBytes)
        {
            return TooLarge(message.Length, MessageCodec.MaxMessageBytes);
        }

        // Among the parent's rows, so that it goes when they go: nobody here hears of this task's end.
        var mark = TaskKeys.CeleryOf(parent.Id, task.Id);
        if (await tables.FindAsync(mark.Table, mark.PartitionKey, mark.RowKey, cancellationToken).ConfigureAwait(false) is null)
        {
            await queues.SendAsync(route.Queue, message, DelayOf(task.Eta - time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            _ = await tables.TryInsertAsync(mark.Table, new TableRow(mark.PartitionKey, mark.RowKey, new Dictionary<string, object>()), cancellationToken)
                .ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>How long a message for Celery's workers is hidden: those hold early ones in memory. What a queue cannot hide that long they see to.</summary>
    public static TimeSpan DelayOf(TimeSpan? wait) =>
        wait is not { } positive || positive < TimeSpan.Zero ? TimeSpan.Zero : positive < RetryDecision.LongestDelay ? positive : RetryDecision.LongestDelay;

    private async ValueTask GiveUpAsync(CeleryTask task, CeleryParent parent, string queue, string reason, CancellationToken cancellationToken)
    {
        await deadLetters.AddAsync(
            new DeadLetterRecord
            {
                Id = task.Id,
                Kind = DeadLetterKind.Task,
                Task = task.Name,
                Queue = queue,
                Category = ErrorCategory.Permanent,
                Reason = reason,
                At = parent.EndedAt,
                Host = Environment.MachineName,
                CorrelationId = parent.CorrelationId,
                Body = Encoding.UTF8.GetBytes(MessageCodec.Encode(Envelope(task, parent))),
            },
            cancellationToken).ConfigureAwait(false);
        await results.TellFailureAsync(task.Id, task.Terms, task.ParentId, new CeleryFailure("CelerityException", reason), parent.EndedAt, cancellationToken)
            .ConfigureAwait(false);
    }

    private static TaskEnvelope Envelope(CeleryTask task, CeleryParent parent) => task.ToEnvelope(task.Id) with
    {
        Delivery = DerivedId.Of(task.Id, "delivery"),
        CorrelationId = parent.CorrelationId,
        Traceparent = parent.Traceparent,
    };

    private static CeleryRoute.Refused TooLarge(int bytes, int limit) => new(
        ErrorCodes.CeleryTooLarge,
        $"It takes {bytes:N0} bytes with what it is given and what follows it; the limit is {limit:N0}. Keep the content in a blob and pass its name on.");
}
