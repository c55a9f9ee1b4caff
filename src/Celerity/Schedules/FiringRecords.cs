using System.Globalization;
using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Schedules;

/// <summary>The records of firings in <c>CeleritySchedules</c>: a partition for each schedule, the newest first. History for people; nothing is decided by it.</summary>
internal sealed class FiringRecords(ITableStore tables, TimeProvider time)
{
    /// <summary>How long a record is kept.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    private const int MaxErrorChars = 2000;
    private const int DeletedAtOnce = 1000;

    /// <summary>Writes a record; one that is there stays.</summary>
    public async ValueTask AddAsync(string schedule, FiringRecord record, CancellationToken cancellationToken)
    {
        var rowKey = Countdown(record.Firing.DueAt) + (record.Firing.IsManual ? "-" + record.Firing.Id : "");
        var row = (record with { Error = record.Error?.AtMost(MaxErrorChars) }).ToTableRow(PartitionOf(schedule), rowKey);
        _ = await tables.TryInsertAsync(StorageNames.SchedulesTable, row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the latest, in one request.</summary>
    public async ValueTask<IReadOnlyList<FiringRecord>> ListAsync(string schedule, int limit, CancellationToken cancellationToken) => await tables
        .QueryAsync(StorageNames.SchedulesTable, new TableQuery(PartitionOf(schedule)) { Limit = limit }, cancellationToken)
        .Select(FiringRecord.From)
        .ToListAsync(cancellationToken)
        .ConfigureAwait(false);

    /// <summary>Deletes what is older than is kept, or everything, up to 1,000 records: 11 requests at most.</summary>
    /// <returns>Whether none is left.</returns>
    public async ValueTask<bool> CleanAsync(string schedule, bool everything, CancellationToken cancellationToken)
    {
        var query = new TableQuery(PartitionOf(schedule))
        {
            RowKeyFrom = everything ? null : Countdown(time.GetUtcNow() - KeepFor),
            Select = [],
            Limit = DeletedAtOnce,
        };
        var rows = await tables.QueryAsync(StorageNames.SchedulesTable, query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var batch in rows.Chunk(TableLimits.BatchRows))
        {
            // Refused where another round was faster: what it has left is found again.
            _ = await tables.TryDeleteAllAsync(StorageNames.SchedulesTable, batch, cancellationToken).ConfigureAwait(false);
        }

        return rows.Count < DeletedAtOnce;
    }

    private static string PartitionOf(string schedule) => ControlEntry.TargetOf(schedule);

    private static string Countdown(DateTimeOffset at) => (DateTimeOffset.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
}
