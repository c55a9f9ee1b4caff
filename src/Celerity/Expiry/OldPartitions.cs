using Celerity.Storage;

namespace Celerity.Expiry;

/// <summary>Finds what lies in a range of partitions, for walks that go through them in order.</summary>
internal static class OldPartitions
{
    /// <summary>Finds the first partition with a row, by one query that reads one row; <see langword="null"/> where there is none.</summary>
    public static async ValueTask<string?> FindFirstPartitionAsync(
        this ITableStore tables, string table, string from, string before, CancellationToken cancellationToken)
    {
        var query = new TableQuery(null) { PartitionKeyFrom = from, PartitionKeyBefore = before, Select = [], Limit = 1 };
        return (await tables.QueryAsync(table, query, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false))?.PartitionKey;
    }
}
