using Celerity.Storage;

namespace Celerity.Ledger;

/// <summary>Rows of the ledger: inserted once, in whatever order and however often; afterwards they are there, these or earlier ones.</summary>
internal static class InsertOnlyRows
{
    private const int MaxRounds = 5;

    /// <summary>Inserts 1 to 100 rows of one partition as one transaction; <see langword="false"/> where any is there already, and nothing was inserted.</summary>
    /// <remarks>A refusal may be the lost reply to one's own insert: look, insert what is missing, and go on as if it had been accepted.</remarks>
    public static async ValueTask<bool> TryInsertLedgerAsync(this ITableStore tables, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        rows.Count == 1
            ? await tables.TryInsertAsync(StorageNames.LedgerTable, rows[0], cancellationToken).ConfigureAwait(false) is not null
            : await tables.TryInsertAllAsync(StorageNames.LedgerTable, rows, cancellationToken).ConfigureAwait(false);

    /// <summary>Inserts those of 1 to 100 rows of one partition, in key order, that are missing.</summary>
    public static async ValueTask InsertMissingAsync(this ITableStore tables, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        var missing = rows;
        for (var round = 0; missing.Count > 0; round++)
        {
            if (round == MaxRounds)
            {
                throw new InvalidOperationException(
                    $"The ledger's partition '{rows[0].PartitionKey}' refused {missing.Count} rows {MaxRounds} times although they are not there.");
            }

            if (await tables.TryInsertLedgerAsync(missing, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            var query = new TableQuery(rows[0].PartitionKey) { RowKeyFrom = missing[0].RowKey, RowKeyBefore = missing[^1].RowKey + "!", Select = [] };
            var present = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
            {
                present.Add(row.RowKey);
            }

            missing = [.. missing.Where(row => !present.Contains(row.RowKey))];
        }
    }
}
