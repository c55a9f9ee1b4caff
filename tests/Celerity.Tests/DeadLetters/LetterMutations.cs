using System.Text;
using System.Text.Json.Nodes;
using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.DeadLetters;

/// <summary>One mutation for each rule of <c>docs/dead-letters.md</c>.</summary>
internal static class LetterMutations
{
    /// <summary>L1: a letter is marked whatever has become of it since it was read.</summary>
    public static StageMutation MarksBlindly() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
            {
                var written = await inner.TryWriteAllAsync(table, rows, CancellationToken.None);
                if (written is not null || table != StorageNames.DeadLettersTable || rows[^1].ETag.Length == 0)
                {
                    return written;
                }

                var forced = new List<TableRow>();
                foreach (var row in rows)
                {
                    forced.Add(row with { ETag = (await inner.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None))!.ETag });
                }

                return await inner.TryWriteAllAsync(table, forced, CancellationToken.None);
            },
        },
    };

    /// <summary>L2: a letter that an action has marked is passed over by its next step.</summary>
    public static StageMutation ForgetsWhatItMarked() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None)
                .Where(row => table != StorageNames.DeadLettersTable || row.FindString("state") != nameof(DeadLetterState.Replayed)),
        },
    };

    /// <summary>L3: figures are written by themselves, after the letters that they count.</summary>
    public static StageMutation CountsByItself() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
            {
                if (table != StorageNames.DeadLettersTable)
                {
                    return await inner.TryWriteAllAsync(table, rows, CancellationToken.None);
                }

                return await inner.TryWriteAllAsync(table, [.. rows.Skip(1)], CancellationToken.None) is { } letters
                    && await inner.TryWriteAllAsync(table, [rows[0]], CancellationToken.None) is { } figures ? [.. figures, .. letters] : null;
            },
        },
    };

    /// <summary>L4: who changes letters does not announce it.</summary>
    public static StageMutation AnnouncesNothing() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Replace = async (inner, table, row, etag) => row.PartitionKey != GroupEntry.Partition || IsCount(row, await inner.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None))
                ? await inner.TryReplaceAsync(table, row, etag, CancellationToken.None)
                : "announced",
        },
    };

    /// <summary>L5: an action that is stopped ends at once, whatever it has marked.</summary>
    public static StageMutation StopsAtOnce() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Replace = (inner, table, row, etag) => inner.TryReplaceAsync(table, Changed(row, action =>
            {
                if (action["isCancelling"]?.GetValue<bool>() == true)
                {
                    action["endedAt"] ??= "2026-01-01T00:00:00Z";
                    action["state"] = "cancelled";
                }
            }), etag, CancellationToken.None),
        },
    };

    /// <summary>L6: an action takes in what dies while it goes on.</summary>
    public static StageMutation HasNoBound() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => inner.TryInsertAsync(
                table, Changed(row, action => ((JsonObject)action["filter"]!).Remove("before")), CancellationToken.None),
        },
    };

    /// <summary>L7: a purge counts what it finds after it has deleted before it died.</summary>
    public static StageMutation CountsNothingAhead() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Replace = async (inner, table, row, etag) =>
            {
                var before = row.PartitionKey == ActionRow.Partition ? await inner.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None) : null;
                var isAhead = before is not null && ActionRow.From(row) is { CountedTo: not null } next && ActionRow.From(before) is var was
                    && next.CountedTo != was.CountedTo && next.Cursor == was.Cursor && !next.HasEnded;
                return isAhead ? etag : await inner.TryReplaceAsync(table, row, etag, CancellationToken.None);
            },
        },
    };

    /// <summary>L8: a purge does not ask who is at a letter.</summary>
    public static StageMutation MindsNoOther() => new()
    {
        Tables = tables =>
        {
            // A process asks for its own action first.
            var own = default(string);
            return new AlteredTables(tables)
            {
                FindRow = (inner, table, partitionKey, rowKey) => partitionKey == ActionRow.Partition && (own ??= rowKey) != rowKey
                    ? default
                    : inner.FindAsync(table, partitionKey, rowKey, CancellationToken.None),
            };
        },
    };

    /// <summary>L9: who ends a stopped action leaves the letters that it was at as they are.</summary>
    public static StageMutation StopsWithoutAFence() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) =>
            {
                foreach (var row in table == StorageNames.DeadLettersTable ? rows.Where(row => row.IsLetter()) : rows)
                {
                    var stored = await inner.FindAsync(table, row.PartitionKey, row.RowKey, CancellationToken.None);
                    if (stored is null || row.FindString("state") != stored.FindString("state") || row.GetBoolean("gone") != stored.GetBoolean("gone"))
                    {
                        return await inner.TryWriteAllAsync(table, rows, CancellationToken.None);
                    }
                }

                return [.. rows.Select(row => row.ETag)];
            },
        },
    };

    private static bool IsCount(TableRow row, TableRow? before) => before?.FindTime("activeUntil") == row.FindTime("activeUntil");

    private static TableRow Changed(TableRow row, Action<JsonNode> change)
    {
        if (row.PartitionKey != ActionRow.Partition)
        {
            return row;
        }

        var action = JsonNode.Parse(row.FindBytes("action")!)!;
        change(action);
        return row with { Values = new Dictionary<string, object>(row.Values) { ["action"] = Encoding.UTF8.GetBytes(action.ToJsonString()) } };
    }
}
