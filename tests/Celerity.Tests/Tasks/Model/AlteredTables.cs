using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Tables that answer otherwise than they should: what the engine would see and do without one of its rules.</summary>
internal sealed class AlteredTables(ITableStore inner) : ITableStore
{
    public Func<ITableStore, string, TableRow, ValueTask<string?>> Insert { get; init; } =
        (tables, table, row) => tables.TryInsertAsync(table, row, CancellationToken.None);

    public Func<ITableStore, string, TableRow, string, ValueTask<string?>> Replace { get; init; } =
        (tables, table, row, etag) => tables.TryReplaceAsync(table, row, etag, CancellationToken.None);

    public Func<TableRow, TableRow> Found { get; init; } = row => row;

    public ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken) => Insert(inner, table, row);

    public ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
        Replace(inner, table, row, etag);

    public Func<ITableStore, string, string, string, string, ValueTask<bool>> Delete { get; init; } =
        (tables, table, partitionKey, rowKey, etag) => tables.TryDeleteAsync(table, partitionKey, rowKey, etag, CancellationToken.None);

    public Func<ITableStore, string, string, string, ValueTask<TableRow?>> FindRow { get; init; } =
        (tables, table, partitionKey, rowKey) => tables.FindAsync(table, partitionKey, rowKey, CancellationToken.None);

    public Func<ITableStore, string, IReadOnlyList<TableRow>, ValueTask<bool>> InsertAll { get; init; } =
        (tables, table, rows) => tables.TryInsertAllAsync(table, rows, CancellationToken.None);

    public async ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        await FindRow(inner, table, partitionKey, rowKey).ConfigureAwait(false) is { } row ? Found(row) : null;

    public ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        InsertAll(inner, table, rows);

    public Func<ITableStore, string, IReadOnlyList<TableRow>, ValueTask<IReadOnlyList<string>?>> WriteAll { get; init; } =
        (tables, table, rows) => tables.TryWriteAllAsync(table, rows, CancellationToken.None);

    public ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        WriteAll(inner, table, rows);

    public ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
        Delete(inner, table, partitionKey, rowKey, etag);

    public ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        inner.TryDeleteAllAsync(table, rows, cancellationToken);

    public Func<ITableStore, string, TableQuery, IAsyncEnumerable<TableRow>> Query { get; init; } =
        (tables, table, query) => tables.QueryAsync(table, query, CancellationToken.None);

    public IAsyncEnumerable<TableRow> QueryAsync(string table, TableQuery query, CancellationToken cancellationToken) => Query(inner, table, query);
}
