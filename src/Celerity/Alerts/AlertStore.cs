using Celerity.Storage;

namespace Celerity.Alerts;

/// <summary>The alerts, in one partition: those of the whole app are read by one request.</summary>
internal sealed class AlertStore(ITableStore tables)
{
    public async ValueTask<IReadOnlyList<Alert>> ListAsync(CancellationToken cancellationToken)
    {
        var alerts = new List<Alert>();
        await foreach (var row in tables.QueryAsync(StorageNames.AlertsTable, new TableQuery(Alert.Partition), cancellationToken).ConfigureAwait(false))
        {
            if (Alert.From(row) is { } alert)
            {
                alerts.Add(alert);
            }
        }

        return alerts;
    }

    /// <summary>Writes an alert that is still as it was read.</summary>
    /// <returns>It as it is stored; <see langword="null"/> where another evaluator was faster, or one's own earlier write was not answered.</returns>
    public async ValueTask<Alert?> TryWriteAsync(Alert alert, CancellationToken cancellationToken)
    {
        var etag = alert.ETag.Length == 0
            ? await tables.TryInsertAsync(StorageNames.AlertsTable, alert.ToRow(), cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.AlertsTable, alert.ToRow(), alert.ETag, cancellationToken).ConfigureAwait(false);
        return etag is null ? null : alert with { ETag = etag };
    }

    public async ValueTask TryDeleteAsync(Alert alert, CancellationToken cancellationToken) =>
        _ = await tables.TryDeleteAsync(StorageNames.AlertsTable, Alert.Partition, alert.RowKey, alert.ETag, cancellationToken).ConfigureAwait(false);
}
