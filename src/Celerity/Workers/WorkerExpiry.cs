using Celerity.Maintenance;
using Celerity.Storage;

namespace Celerity.Workers;

/// <summary>Drops the rows of workers that were last heard of more than a day ago, once an hour.</summary>
internal sealed class WorkerExpiry(ITableStore tables, TimeProvider time) : IMaintenanceStep
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private DateTimeOffset _next;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _next)
        {
            return;
        }

        var old = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(
            StorageNames.WorkersTable, new TableQuery(WorkerRow.Partition) { Select = ["seenAt"] }, cancellationToken).ConfigureAwait(false))
        {
            if (row.FindTime("seenAt") < now - KeptFor)
            {
                old.Add(row);
            }
        }

        foreach (var some in old.Chunk(TableLimits.BatchRows))
        {
            // Refused where one has come back to life meanwhile: the next hour sees the others again.
            _ = await tables.TryDeleteAllAsync(StorageNames.WorkersTable, some, cancellationToken).ConfigureAwait(false);
        }

        _next = now + Rest;
    }
}
