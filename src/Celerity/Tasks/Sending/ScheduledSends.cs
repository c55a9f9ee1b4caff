using System.Globalization;
using Celerity.Maintenance;
using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>Tasks due later than a queue can hold them: kept in a table by their hour, and moved to their queue when they are due within the hour.</summary>
internal sealed class ScheduledSends(ITableStore tables, ReservedSends reserved, TimeProvider time) : IMaintenanceStep
{
    private const int MoveLimit = 1000;

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    public static TableRow ToTableRow(SendRow row) => row.ToTableRow(Hour(row.DueAt!.Value), TableKeys.Escape(row.Id));

    /// <summary>Moves what is due, up to 1,000 tasks. Its row goes last: a crash in between moves it again, with the same id.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var query = new TableQuery(null) { PartitionKeyBefore = Hour(time.GetUtcNow() + Ahead + Ahead), Limit = MoveLimit };
        await foreach (var row in tables.QueryAsync(StorageNames.ScheduledTable, query, cancellationToken).ConfigureAwait(false))
        {
            _ = await reserved.SendCoveredAsync(SendRow.From(row), cancellationToken).ConfigureAwait(false);
            _ = await tables.TryDeleteAsync(StorageNames.ScheduledTable, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
}
