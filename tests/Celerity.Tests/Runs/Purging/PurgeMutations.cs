using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages.Ledger;
using Celerity.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs.Purging;

/// <summary>One mutation for each rule of <c>docs/runs.md</c> on purges.</summary>
internal static class PurgeMutations
{
    /// <summary>P1: a run that is to be purged has no note.</summary>
    public static StageMutation LeavesNoNote() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => IsNote(row) ? new("none") : inner.TryInsertAsync(table, row, CancellationToken.None),
        },
    };

    /// <summary>P2: a note is of whatever generation the run is at.</summary>
    public static StageMutation ForgetsTheGeneration() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            FindRow = async (inner, table, partition, row) => await inner.FindAsync(table, partition, row, CancellationToken.None) is { } found && IsEnded(table, found)
                ? found with { Values = With(found, "generation", 2) }
                : await inner.FindAsync(table, partition, row, CancellationToken.None),
        },
    };

    /// <summary>P3: a late slice does not see that its run is being purged.</summary>
    public static StageMutation MindsNoPurge() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Found = row => row.FindString("state") == nameof(RunState.Purging) ? row with { Values = With(row, "state", nameof(RunState.Failed)) } : row,
        },
    };

    /// <summary>P4 and P5: the rows of dead chunks go when they are read, before their letters and in any sweep.</summary>
    public static StageMutation DeletesDeadRowsAtOnce() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => Read(inner, table, query, row => table == StorageNames.LedgerTable && query.PartitionKey is null && row.Values.ContainsKey(ChunkEnd.CategoryColumn)),
        },
    };

    /// <summary>P6: the last sweep begins at once.</summary>
    public static StageMutation WaitsForNobody() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Found = row => row.Values.ContainsKey("purgingAt")
                ? row with { Values = With(row with { Values = With(row, "purgingAt", DateTimeOffset.UnixEpoch) }, "endedAt", DateTimeOffset.UnixEpoch) }
                : row,
        },
    };

    /// <summary>P7: the run's own row goes before those of its stages.</summary>
    public static StageMutation DeletesTheRunFirst() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => Read(inner, table, query, row => table == StorageNames.RunsTable && query.Select is { Count: 0 } && !row.RowKey.Contains(':')),
        },
    };

    private static async IAsyncEnumerable<TableRow> Read(ITableStore tables, string table, TableQuery query, Func<TableRow, bool> isDeleted)
    {
        await foreach (var row in tables.QueryAsync(table, query, CancellationToken.None))
        {
            if (isDeleted(row))
            {
                await tables.TryDeleteAsync(table, row.PartitionKey, row.RowKey, row.ETag, CancellationToken.None);
            }

            yield return row;
        }
    }

    private static Dictionary<string, object> With(TableRow row, string name, object value) => new(row.Values) { [name] = value };

    private static bool IsNote(TableRow row) => row.PartitionKey == PurgeNote.All.PartitionKey;

    private static bool IsEnded(string table, TableRow row) =>
        table == StorageNames.RunsTable && !row.RowKey.Contains(':') && RunRecord.From(row).State == RunState.SucceededWithErrors;
}
