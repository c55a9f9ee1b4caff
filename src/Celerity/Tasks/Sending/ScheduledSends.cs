using System.Globalization;
using System.Text;
using Celerity.Handover;
using Celerity.Maintenance;
using Celerity.Revocation;
using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>
/// Tasks due later than a queue can hold them: kept in a table by the hour when they are looked at next, and moved to their queue when they are due
/// within the hour.
/// </summary>
internal sealed class ScheduledSends(ITableStore tables, ReservedSends reserved, MessageReader reader, Revocations revocations, TimeProvider time) : IMaintenanceStep
{
    /// <summary>After what time a task is looked at, however far it is: sooner than a rule that revokes it is dropped.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromDays(300);

    private const int MoveLimit = 1000;

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    public static TableRow ToTableRow(SendRow row, DateTimeOffset now) =>
        row.ToTableRow(Hour(row.DueAt!.Value - now > LookEvery ? now + LookEvery : row.DueAt.Value), TableKeys.Escape(row.Id));

    /// <summary>Moves what is due, up to 1,000 tasks. Its row goes last: a crash in between moves it again, with the same id.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = now + Ahead + Ahead;
        var query = new TableQuery(null) { PartitionKeyBefore = Hour(before), Limit = MoveLimit };
        await foreach (var row in tables.QueryAsync(StorageNames.ScheduledTable, query, cancellationToken).ConfigureAwait(false))
        {
            var send = SendRow.From(row);
            if (send.DueAt <= before)
            {
                _ = await reserved.SendCoveredAsync(send, cancellationToken).ConfigureAwait(false);
            }
            else if (await IsRevokedAsync(send, cancellationToken).ConfigureAwait(false))
            {
                // It ends as any other that was revoked: when its message comes up.
                await reserved.SendNowAsync(send, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _ = await tables.TryInsertAsync(StorageNames.ScheduledTable, ToTableRow(send, now), cancellationToken).ConfigureAwait(false);
            }

            _ = await tables.TryDeleteAsync(StorageNames.ScheduledTable, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsRevokedAsync(SendRow send, CancellationToken cancellationToken)
    {
        foreach (var envelope in reader.Read(Encoding.UTF8.GetBytes(send.Message), send.Id, send.Queue).Tasks)
        {
            var pass = new TaskPass(envelope, send.Queue, new DeliveryStamp(envelope.Seq, envelope.Delivery, MessageId: null, DequeueCount: 0), Id: "");
            if (await revocations.FindAsync(pass, cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
}
