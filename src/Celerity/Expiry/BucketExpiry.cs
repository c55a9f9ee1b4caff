using Celerity.Maintenance;
using Celerity.RateLimits;
using Celerity.Storage;

namespace Celerity.Expiry;

/// <summary>Drops the buckets of rate limits that nobody has asked for a day after they were full again, so many requests a round and no more.</summary>
/// <remarks>A bucket that is full says no more than one that is not there. It goes by its version: whoever has asked meanwhile keeps it.</remarks>
internal sealed class BucketExpiry(ITableStore tables, TimeProvider time) : IMaintenanceStep
{
    private const string Walk = "limits";
    private const int MaxDeletes = 200;

    private static readonly TimeSpan Idle = TimeSpan.FromDays(1);
    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cursor = await ExpiryCursor.ReadAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
        if (cursor.RestUntil > now)
        {
            return;
        }

        // Each bucket is a partition of its own.
        var query = RateBuckets.All(cursor.Partition);
        var rows = await tables.QueryAsync(StorageNames.LimitsTable, query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var (deletes, at) = (0, 0);
        for (; at < rows.Count && deletes < MaxDeletes; at++)
        {
            if (rows[at].FindTime(RateBuckets.FullAtColumn) < now - Idle)
            {
                deletes++;
                _ = await tables.TryDeleteAsync(StorageNames.LimitsTable, rows[at].PartitionKey, rows[at].RowKey, rows[at].ETag, cancellationToken).ConfigureAwait(false);
            }
        }

        cursor = at < rows.Count ? cursor with { Partition = rows[at].PartitionKey, RestUntil = now }
            : rows.Count == query.Limit ? cursor with { Partition = rows[^1].PartitionKey + "!", RestUntil = now }
            : cursor with { Partition = "", RestUntil = now + Rest };
        await cursor.WriteAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
    }
}
