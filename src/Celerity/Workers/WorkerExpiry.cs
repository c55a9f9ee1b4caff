using Celerity.Maintenance;
using Celerity.Storage;

namespace Celerity.Workers;

/// <summary>Drops the rows of workers that were last heard of more than a day ago, once an hour.</summary>
internal sealed class WorkerExpiry(ITableStore tables, TimeProvider time) : IMaintenanceStep
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private const int MaxDeletes = 100;

    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private DateTimeOffset _next;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _next)
        {
            return;
        }

        var query = new TableQuery(WorkerRow.Partition) { Select = ["seenAt"] };
        var rows = await tables.QueryAsync(StorageNames.WorkersTable, query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var old = rows.Where(row => row.FindTime("seenAt") < now - KeptFor).Take(MaxDeletes).ToList();
        foreach (var row in old)
        {
            // By its version: one that has come back to life meanwhile stays.
            _ = await tables.TryDeleteAsync(StorageNames.WorkersTable, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
        }

        _next = old.Count == MaxDeletes ? now : now + Rest;
    }
}
