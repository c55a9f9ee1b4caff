using Celerity.Storage;

namespace Celerity.Tests.Schedules;

/// <summary>
/// A store for millions of firings: rows by key, with versions, and of the firings only their number. It gives no more than schedules ask for. A
/// process that goes through it can die at any call, before or after the work.
/// </summary>
internal sealed class LightTables
{
    private readonly Dictionary<(string Table, string Partition, string Row), TableRow> _rows = [];
    private readonly Lock _gate = new();
    private long _version;

    public long FiringCount { get; private set; }

    /// <summary>One process's way to the store. It dies at the given call; 0 for never.</summary>
    public sealed class Life(LightTables store, int diesAt, bool afterTheWork) : ITableStore
    {
        private int _calls;

        public bool IsDead { get; private set; }

        /// <summary>Does work as one call: all, or what comes before a death.</summary>
        public T Call<T>(Func<T> work)
        {
            lock (store._gate)
            {
                var dies = !IsDead && ++_calls == diesAt;
                IsDead |= dies && !afterTheWork;
                Throw();
                var result = work();
                IsDead |= dies;
                Throw();
                return result;
            }
        }

        public ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken) =>
            new(Call(() => store.TryInsert(table, row)));

        public ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
            new(Call(() => store.TryReplace(table, row, etag)));

        public ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            new(Call(() => store._rows.GetValueOrDefault((table, partitionKey, rowKey))));

        public IAsyncEnumerable<TableRow> QueryAsync(string table, TableQuery query, CancellationToken cancellationToken) => Call(() => store._rows
            .Where(row => row.Key.Table == table && row.Key.Partition == query.PartitionKey)
            .Select(row => row.Value)
            .ToList()).ToAsyncEnumerable();

        public ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) => throw new NotSupportedException();

        private void Throw()
        {
            if (IsDead)
            {
                throw new TestKit.Faults.ProcessKilledException("The process is dead.");
            }
        }
    }

    private string? TryInsert(string table, TableRow row)
    {
        if (table == StorageNames.SchedulesTable)
        {
            FiringCount++;
            return "firing";
        }

        return _rows.ContainsKey((table, row.PartitionKey, row.RowKey)) ? null : Store(table, row);
    }

    private string? TryReplace(string table, TableRow row, string etag) =>
        _rows.TryGetValue((table, row.PartitionKey, row.RowKey), out var stored) && stored.ETag == etag ? Store(table, row) : null;

    private string Store(string table, TableRow row)
    {
        var etag = $"{++_version}";
        _rows[(table, row.PartitionKey, row.RowKey)] = row with { ETag = etag };
        return etag;
    }
}
