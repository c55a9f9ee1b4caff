using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.TestKit.Storage;

/// <summary>Tables in memory, with the rules of the real service: ETags, transactions of one partition, size limits, key order.</summary>
/// <remarks>Safe to call from many threads. Nothing survives the process.</remarks>
public sealed class InMemoryTableStore : ITableStore
{
    private const int PageRows = 1000;

    private static readonly Comparer<TableRow> KeyOrder = Comparer<TableRow>.Create((x, y) =>
        string.CompareOrdinal(x.PartitionKey, y.PartitionKey) is not 0 and var partitions ? partitions : string.CompareOrdinal(x.RowKey, y.RowKey));

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedSet<TableRow>> _tables = new(StringComparer.Ordinal);
    private readonly PackedValues.Packing _values = new();
    private long _version;

    /// <summary>Makes a table; one that is there is left as it is.</summary>
    /// <param name="table">The table's name.</param>
    public void Create(string table)
    {
        lock (_gate)
        {
            _tables.TryAdd(table, new SortedSet<TableRow>(KeyOrder));
        }
    }

    /// <summary>Counts the rows of a table; 0 where there is no such table.</summary>
    /// <param name="table">The table's name.</param>
    /// <returns>The count.</returns>
    public int Count(string table)
    {
        lock (_gate)
        {
            return _tables.TryGetValue(table, out var rows) ? rows.Count : 0;
        }
    }

    ValueTask<string?> ITableStore.TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckRow(row);
        lock (_gate)
        {
            var rows = Rows(table);
            return ValueTask.FromResult(rows.Contains(row) ? null : Store(rows, row));
        }
    }

    ValueTask<bool> ITableStore.TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckBatch(rows);
        lock (_gate)
        {
            var stored = Rows(table);
            if (rows.Any(stored.Contains))
            {
                return ValueTask.FromResult(false);
            }

            // One version for all: so many rows are kept that their ETags would take a quarter of the memory.
            var etag = NextETag();
            foreach (var row in rows)
            {
                Store(stored, row, etag);
            }

            return ValueTask.FromResult(true);
        }
    }

    ValueTask<IReadOnlyList<string>?> ITableStore.TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckBatch(rows);
        lock (_gate)
        {
            var stored = Rows(table);
            return ValueTask.FromResult<IReadOnlyList<string>?>(rows.All(row => (stored.TryGetValue(row, out var found) ? found.ETag : "") == row.ETag)
                ? rows.Select(row =>
                {
                    stored.Remove(row);
                    return Store(stored, row);
                }).ToArray()
                : null);
        }
    }

    ValueTask<string?> ITableStore.TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckRow(row);
        TableLimits.CheckETag(etag);
        lock (_gate)
        {
            var rows = Rows(table);
            return ValueTask.FromResult(RemoveIfUnchanged(rows, row, etag) ? Store(rows, row) : null);
        }
    }

    ValueTask<bool> ITableStore.TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckKeys(partitionKey, rowKey);
        TableLimits.CheckETag(etag);
        lock (_gate)
        {
            return ValueTask.FromResult(RemoveIfUnchanged(Rows(table), Probe(partitionKey, rowKey), etag));
        }
    }

    ValueTask<bool> ITableStore.TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckDeletes(rows);
        lock (_gate)
        {
            var stored = Rows(table);
            if (!rows.All(row => stored.TryGetValue(row, out var found) && found.ETag == row.ETag))
            {
                return ValueTask.FromResult(false);
            }

            stored.ExceptWith(rows);
            return ValueTask.FromResult(true);
        }
    }

    ValueTask<TableRow?> ITableStore.FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableLimits.CheckKeys(partitionKey, rowKey);
        lock (_gate)
        {
            return ValueTask.FromResult(Rows(table).TryGetValue(Probe(partitionKey, rowKey), out var row) ? Copy(row) : null);
        }
    }

    // As on the service a query is no snapshot: each page shows the table as it is when the page is read.
    async IAsyncEnumerable<TableRow> ITableStore.QueryAsync(
        string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = query.Limit ?? int.MaxValue;
        var after = default(TableRow);
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = ReadPage(table, query, after, Math.Min(left, PageRows));
            foreach (var row in page)
            {
                yield return Copy(row, query.Select);
            }

            if (page.Count < PageRows)
            {
                yield break;
            }

            left -= page.Count;
            after = page[^1];
            await Task.Yield();
        }
    }

    private List<TableRow> ReadPage(string table, TableQuery query, TableRow? after, int limit)
    {
        lock (_gate)
        {
            var rows = Rows(table);
            var from = after ?? Probe(query.PartitionKey ?? query.PartitionKeyFrom ?? "", query.PartitionKey is null ? "" : query.RowKeyFrom ?? "");
            var to = query switch
            {
                { PartitionKey: { } partitionKey, RowKeyBefore: { } before } => Probe(partitionKey, before),
                { PartitionKey: null, PartitionKeyBefore: { } before } => Probe(before, ""),
                _ => rows.Max,
            };
            if (to is null || KeyOrder.Compare(from, to) > 0)
            {
                return [];
            }

            return rows.GetViewBetween(from, to)
                .SkipWhile(row => after is not null && KeyOrder.Compare(row, after) == 0)
                .TakeWhile(row => query.PartitionKey is null || row.PartitionKey == query.PartitionKey)
                .Where(row => string.CompareOrdinal(row.RowKey, query.RowKeyFrom ?? "") >= 0
                    && (query.RowKeyBefore is null || string.CompareOrdinal(row.RowKey, query.RowKeyBefore) < 0))
                .Take(limit)
                .ToList();
        }
    }

    private static bool RemoveIfUnchanged(SortedSet<TableRow> rows, TableRow key, string etag) =>
        rows.TryGetValue(key, out var stored) && stored.ETag == etag && rows.Remove(stored);

    private string Store(SortedSet<TableRow> rows, TableRow row, string? etag = null)
    {
        var stored = row with { Values = _values.Pack(Copy(row).Values), ETag = etag ?? NextETag() };
        rows.Add(stored);
        return stored.ETag;
    }

    private string NextETag() => $"W/\"version'{++_version}'\"";

    private SortedSet<TableRow> Rows(string table) => _tables.TryGetValue(table, out var rows)
        ? rows
        : throw new InvalidOperationException($"There is no table '{table}'. Run the storage set-up first.");

    private static TableRow Probe(string partitionKey, string rowKey) => new(partitionKey, rowKey, new Dictionary<string, object>());

    // The caller keeps its arrays, and times come back in UTC as from the service.
    private static TableRow Copy(TableRow row, IReadOnlyList<string>? select = null) => row with
    {
        Values = row.Values.Where(property => select is null || select.Contains(property.Key)).ToDictionary(
            property => property.Key,
            property => property.Value switch
            {
                byte[] content => content.AsSpan().ToArray(),
                DateTimeOffset time => time.ToUniversalTime(),
                var value => value,
            }),
    };
}
