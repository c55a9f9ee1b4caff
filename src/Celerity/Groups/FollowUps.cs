using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>Sends tasks that follow from ends. The caller comes back until it has returned, and each time the same message leaves with the same id.</summary>
internal sealed class FollowUps(ITableStore tables, IQueueStore queues, IBlobStore blobs, TimeProvider time)
{
    private const int MaxMessageBytes = 48 * 1024;

    /// <summary>Sends <paramref name="link"/> under an id of the caller's: reserved, sent, marked. What was sent before is not sent again.</summary>
    public async ValueTask SendAsync(TaskLink link, TaskEnvelope terms, string property, JsonNode? value, CancellationToken cancellationToken)
    {
        var payload = JsonObject.Create(link.Payload) ?? [];
        payload[property] = value;
        var envelope = terms with
        {
            Task = link.Task,
            Queue = link.Queue,
            Payload = JsonSerializer.SerializeToElement(payload),
            Delivery = DerivedId.Of(terms.Id, "delivery"),
            Reserved = true,
        };
        if (MessageCodec.Encode(envelope).Length > MaxMessageBytes)
        {
            var name = $"{TableKeys.Escape(envelope.Id)}/{envelope.Delivery}";
            await blobs.WriteAsync(
                StorageNames.PayloadsContainer, name, Encoding.UTF8.GetBytes(envelope.Payload.Value.GetRawText()), cancellationToken).ConfigureAwait(false);
            envelope = envelope with { Payload = null, PayloadRef = name };
        }

        var row = new SendRow(envelope.Id, SendRow.Reserved, link.Task, link.Queue, MessageCodec.Encode(envelope), time.GetUtcNow())
        {
            CorrelationId = envelope.CorrelationId,
            PayloadBlob = envelope.PayloadRef,
        };
        await SendReservedAsync(row, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendReservedAsync(SendRow row, CancellationToken cancellationToken)
    {
        var etag = await tables.TryInsertAsync(StorageNames.TasksTable, row.ToTableRow(), cancellationToken).ConfigureAwait(false);
        if (etag is null)
        {
            var key = TaskKeys.SendOf(row.Id);
            var found = await tables.FindAsync(key.Table, key.PartitionKey, key.RowKey, cancellationToken).ConfigureAwait(false);
            if (found is null || SendRow.From(row.Id, found) is not { State: SendRow.Reserved } reserved)
            {
                return;
            }

            (row, etag) = (reserved, reserved.ETag);
        }

        await queues.SendAsync(row.Queue, row.Message, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);

        // Refused: another sender of the same task has marked it.
        _ = await tables.TryReplaceAsync(StorageNames.TasksTable, (row with { State = SendRow.Sent }).ToTableRow(), etag, cancellationToken)
            .ConfigureAwait(false);
    }
}
