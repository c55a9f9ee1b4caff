using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.TestKit.Faults;

/// <summary>Tables whose calls go through a <see cref="FaultPlan"/>.</summary>
internal sealed class FaultyTableStore(ITableStore inner, FaultPlan plan) : ITableStore
{
    public ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.TryInsert {table}", () => inner.TryInsertAsync(table, row, cancellationToken));

    public ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.TryInsertAll {table}", () => inner.TryInsertAllAsync(table, rows, cancellationToken));

    public ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.TryWriteAll {table}", () => inner.TryWriteAllAsync(table, rows, cancellationToken));

    public ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.TryReplace {table}", () => inner.TryReplaceAsync(table, row, etag, cancellationToken));

    public ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.TryDelete {table}", () => inner.TryDeleteAsync(table, partitionKey, rowKey, etag, cancellationToken));

    public ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.TryDeleteAll {table}", () => inner.TryDeleteAllAsync(table, rows, cancellationToken));

    public ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        plan.RunAsync($"table.Find {table}", () => inner.FindAsync(table, partitionKey, rowKey, cancellationToken));

    // One call, however many pages. A lost reply strikes after the last row, so that a caller who acts on the first rows is caught.
    public async IAsyncEnumerable<TableRow> QueryAsync(
        string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = plan.Enter($"table.Query {table}");
        try
        {
            await foreach (var row in inner.QueryAsync(table, query, cancellationToken).ConfigureAwait(false))
            {
                yield return row;
            }
        }
        finally
        {
            // Here because a caller that stops early ends the call too.
            plan.Leave(call);
        }
    }
}
