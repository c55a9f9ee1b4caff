using Celerity.Controls;
using Celerity.Schedules;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Schedules;

/// <summary>One mutation for each rule of <c>docs/schedules.md</c> that the engine itself goes by.</summary>
internal static class ScheduleMutations
{
    /// <summary>S1: a decision is written whatever has become of the row since it was read.</summary>
    public static StageMutation DecidesBlindly() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Replace = async (inner, table, row, etag) => await inner.TryReplaceAsync(table, row, etag, CancellationToken.None)
                ?? (IsState(row) && await FindStoredAsync(inner, row) is { } stored ? await inner.TryReplaceAsync(table, row, stored.ETag, CancellationToken.None) : null),
        },
    };

    /// <summary>S2: a decision is stored once its effect has been made.</summary>
    public static StageMutation ActsBeforeItDecides() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Replace = (inner, table, row, etag) => IsState(row) && IsOpen(row) ? new(etag) : inner.TryReplaceAsync(table, row, etag, CancellationToken.None),
        },
    };

    /// <summary>S3: whoever fires again fires another task: the send of an id that is there is one of a new id.</summary>
    public static StageMutation FiresUnderANewId() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = async (inner, table, row) => await inner.TryInsertAsync(table, row, CancellationToken.None)
                ?? (row.RowKey.EndsWith(":send", StringComparison.Ordinal)
                    ? await inner.TryInsertAsync(table, row with { RowKey = "another-" + row.RowKey }, CancellationToken.None)
                    : null),
        },
    };

    /// <summary>S4: a round does not see the decision that another has left.</summary>
    public static StageMutation RoundsForgetDecisions() => new()
    {
        Tables = tables => new AlteredTables(tables) { Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None).Select(WithoutDecision) },
    };

    /// <summary>S5: that an effect has been made is not written down.</summary>
    public static StageMutation LeavesDecisionsOpen() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Replace = async (inner, table, row, etag) => IsState(row) && !IsOpen(row)
                && await FindStoredAsync(inner, row) is { } stored && IsOpen(stored) && stored.FindTime("cursor") == row.FindTime("cursor")
                    ? etag
                    : await inner.TryReplaceAsync(table, row, etag, CancellationToken.None),
        },
    };

    /// <summary>S6: a change does not see the last decision.</summary>
    public static StageMutation ChangesForgetDecisions() => new() { Tables = tables => new AlteredTables(tables) { Found = WithoutDecision } };

    /// <summary>S7: a decision is about the payload that the code has when its effect is made.</summary>
    public static StageMutation DecidesWithoutThePayload() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None)
                .Select(row => IsState(row) && IsOpen(row) ? With(row, "openPayload", ScheduleRuleTests.EditedPayload) : row),
        },
    };

    /// <summary>S8: an edit leaves the cursor where it is.</summary>
    public static StageMutation EditsKeepTheCursor() => KeepsTheCursor((was, row) => was.FindString("definition") != row.FindString("definition"));

    /// <summary>S9: a resume leaves the cursor where it is.</summary>
    public static StageMutation ResumesKeepTheCursor() => KeepsTheCursor((was, row) => was.FindString("pause") is not null && row.FindString("pause") is null);

    /// <summary>S10: what fails for good is tried again each minute, as it is not recorded.</summary>
    public static StageMutation RecordsNoFailure() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => table == StorageNames.SchedulesTable && row.FindString("error") is { } error
                ? throw new InvalidOperationException(error)
                : inner.TryInsertAsync(table, row, CancellationToken.None),
        },
    };

    /// <summary>S11: whether a due time waits makes no difference to the next one.</summary>
    public static StageMutation LetsManyWait() => new()
    {
        Tables = tables => new AlteredTables(tables) { Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None).Select(row => Without(row, "waiting")) },
    };

    /// <summary>S12: that there are schedules is not on the board.</summary>
    public static StageMutation LeavesTheBoardAlone() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = (inner, table, rows) => inner.TryWriteAllAsync(table, [.. rows.Where(row => !row.RowKey.StartsWith(nameof(ControlKind.Schedules), StringComparison.Ordinal))], CancellationToken.None),
        },
    };

    /// <summary>S13: whatever was missed is fired for.</summary>
    public static StageMutation FiresForAllThatWasMissed() => new()
    {
        Services = services => services.AddSingleton(provider =>
        {
            var generous = new ScheduleList();
            foreach (var schedule in provider.GetRequiredService<ScheduleList>().All)
            {
                (schedule.Options.Missed, schedule.Options.MaxMissed) = (MissedPolicy.RunAll, Schedule.MaxMissed);
                generous.Add(new Schedule(schedule.Name, schedule.Options, schedule.Source));
            }

            return ActivatorUtilities.CreateInstance<ScheduleTurn>(provider, generous);
        }),
    };

    /// <summary>S14: a deleted schedule's row goes before its records.</summary>
    public static StageMutation DropsTheRowFirst() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => table == StorageNames.SchedulesTable && query.RowKeyFrom is null ? DropAsync(inner, table, query) : inner.QueryAsync(table, query, CancellationToken.None),
        },
    };

    /// <summary>S17: a far task is looked at when it is due.</summary>
    public static StageMutation LooksWhenItIsDue() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => inner.TryInsertAsync(
                table,
                table == StorageNames.ScheduledTable ? row with { PartitionKey = SendRow.From(row).DueAt!.Value.UtcDateTime.ToString("yyyyMMddHH", null) } : row,
                CancellationToken.None),
        },
    };

    /// <summary>S18: a deleted schedule goes with its records at once.</summary>
    public static StageMutation ForgetsTheDeletedAtOnce() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None)
                .Select(row => IsState(row) && row.GetBoolean("deleted") ? With(row, "at", DateTimeOffset.UnixEpoch) : row),
        },
    };

    private static StageMutation KeepsTheCursor(Func<TableRow, TableRow, bool> isOne) => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            WriteAll = async (inner, table, rows) => await inner.TryWriteAllAsync(
                table,
                IsState(rows[0]) && await FindStoredAsync(inner, rows[0]) is { } was && isOne(was, rows[0])
                    ? [With(rows[0], "cursor", was.FindTime("cursor")!.Value), .. rows.Skip(1)]
                    : rows,
                CancellationToken.None),
        },
    };

    private static async IAsyncEnumerable<TableRow> DropAsync(ITableStore inner, string table, TableQuery query)
    {
        if (await inner.FindAsync(StorageNames.ControlTable, ControlEntry.Partition, ScheduleState.RowPrefix + query.PartitionKey, CancellationToken.None) is { } state)
        {
            await inner.TryDeleteAsync(StorageNames.ControlTable, state.PartitionKey, state.RowKey, state.ETag, CancellationToken.None);
        }

        await foreach (var row in inner.QueryAsync(table, query, CancellationToken.None))
        {
            yield return row;
        }
    }

    private static ValueTask<TableRow?> FindStoredAsync(ITableStore tables, TableRow row) =>
        tables.FindAsync(StorageNames.ControlTable, row.PartitionKey, row.RowKey, CancellationToken.None);

    private static bool IsState(TableRow row) => row.RowKey.StartsWith(ScheduleState.RowPrefix, StringComparison.Ordinal);

    private static bool IsOpen(TableRow row) => row.Values.ContainsKey("open");

    private static TableRow WithoutDecision(TableRow row) => Without(row, "open");

    private static TableRow Without(TableRow row, string column) =>
        IsState(row) ? row with { Values = row.Values.Where(value => value.Key != column).ToDictionary() } : row;

    private static TableRow With(TableRow row, string column, object value) => row with { Values = new Dictionary<string, object>(row.Values) { [column] = value } };
}
