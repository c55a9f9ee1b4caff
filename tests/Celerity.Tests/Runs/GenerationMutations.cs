using Celerity.Runs;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs;

/// <summary>One mutation for each rule of <c>docs/runs.md</c>.</summary>
internal static class GenerationMutations
{
    /// <summary>G1: a generation does not say what asked for it.</summary>
    public static StageMutation ForgetsTheCommand() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None).Select(row => row.Values.ContainsKey("command")
                ? row with { Values = new Dictionary<string, object>(row.Values) { ["command"] = "somebody's" } }
                : row),
        },
    };

    /// <summary>G2: a run that is to be started has no note.</summary>
    public static StageMutation LeavesNoNote() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => row.PartitionKey == "pending-runs" ? ValueTask.FromResult<string?>("none") : inner.TryInsertAsync(table, row, CancellationToken.None),
        },
    };

    /// <summary>G3: that chunks are taken over is only known once all are.</summary>
    public static StageMutation ForgetsTheDecision() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            FindRow = async (inner, table, partition, row) => row == "takeover" ? null : await inner.FindAsync(table, partition, row, CancellationToken.None),
        },
    };

    /// <summary>G4: each try writes anew which slices are run.</summary>
    public static StageMutation WritesTheStageAnew() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = async (inner, table, row) =>
                await inner.TryInsertAsync(table, row, CancellationToken.None) is { } etag ? etag
                : IsStage(table, row.RowKey) && await inner.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None) is { } stored
                    ? await inner.TryReplaceAsync(table, row, stored.ETag, CancellationToken.None)
                : null,
        },
    };

    /// <summary>G5: a slice that comes for the first time is taken for one of which nothing has ended.</summary>
    public static StageMutation LooksAtNothing() => new()
    {
        Sends = body => SliceMessage.TryDecode(body, out _) is { Again: true } slice ? (slice with { Again = false }).Encode() : body,
    };

    /// <summary>G6: what was read of a run stands, whatever generation asks.</summary>
    public static StageMutation KeepsTheOldGeneration() => new()
    {
        Tables = tables =>
        {
            // Each process has its own.
            var ended = new Dictionary<string, TableRow>(StringComparer.Ordinal);
            return new AlteredTables(tables)
            {
                FindRow = async (inner, table, partition, row) =>
                {
                    var found = ended.GetValueOrDefault(row) ?? await inner.FindAsync(table, partition, row, CancellationToken.None);
                    if (found is not null && table == StorageNames.RunsTable && !IsStage(table, row) && RunRecord.From(found).State.IsEnd())
                    {
                        ended[row] = found;
                    }

                    return found;
                },
            };
        },
    };

    /// <summary>G7: a message whose run has ended is dropped, whatever it left undone.</summary>
    public static StageMutation DropsWhatTheRunLeft() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            FindRow = async (inner, table, partition, row) =>
                IsStage(table, row) && await inner.FindAsync(table, partition, row[..row.IndexOf(':')], CancellationToken.None) is { } run && RunRecord.From(run).State.IsEnd()
                    ? null
                    : await inner.FindAsync(table, partition, row, CancellationToken.None),
        },
    };

    /// <summary>G8: a run is started again whatever has become of it since it was read.</summary>
    public static StageMutation RestartsBlindly() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
            {
                var written = await inner.TryWriteAllAsync(table, rows, CancellationToken.None);
                if (written is not null || table != StorageNames.RunsTable)
                {
                    return written;
                }

                var stored = await inner.FindAsync(table, rows[0].PartitionKey, rows[0].RowKey, CancellationToken.None);
                return await inner.TryReplaceAsync(table, rows[0], stored!.ETag, CancellationToken.None) is { } etag ? [etag, etag] : null;
            },
        },
    };

    /// <summary>G10: a note counts as due although somebody has just taken it.</summary>
    public static StageMutation TakesWhatIsTaken() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Found = row => row.PartitionKey == "pending-runs" ? row with { Values = new Dictionary<string, object>(row.Values) { ["at"] = DateTimeOffset.UnixEpoch } } : row,
        },
    };

    /// <summary>G12: a restart from a stage on is one from the first on.</summary>
    public static StageMutation BeginsAllAnew() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None)
                .Select(row => row.Values.ContainsKey("command") ? row with { Values = new Dictionary<string, object>(row.Values) { ["stage"] = 1 } } : row),
        },
    };

    /// <summary>A start's key is kept by nobody.</summary>
    public static StageMutation ForgetsTheKey() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => table == StorageNames.KeysTable ? ValueTask.FromResult<string?>("none") : inner.TryInsertAsync(table, row, CancellationToken.None),
        },
    };

    private static bool IsStage(string table, string row) => table == StorageNames.RunsTable && row.Contains(".s", StringComparison.Ordinal);
}
