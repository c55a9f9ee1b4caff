namespace Celerity.Storage;

internal static class TableDeletes
{
    /// <summary>Deletes the rows that a query names, each only as it was read: what has changed meanwhile stays.</summary>
    public static async ValueTask DeleteAsync(this ITableStore tables, string table, TableQuery query, CancellationToken cancellationToken)
    {
        await foreach (var row in tables.QueryAsync(table, query, cancellationToken).ConfigureAwait(false))
        {
            _ = await tables.TryDeleteAsync(table, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
        }
    }
}
