using Celerity.Groups;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Tests.Tasks.Model;

/// <summary>One mutant for each rule of groups.</summary>
internal static class GroupMutants
{
    /// <summary>Row 35: a group's end is stored before its callback is sent.</summary>
    public static Mutant EndsBeforeItCallsBack { get; } = Of((tables, consumer) => new AlteredTables(tables)
    {
        Insert = async (inner, table, row) =>
        {
            if (table == StorageNames.TasksTable && TaskKeys.IsSend(row.RowKey)
                && await FindGroupAsync(inner, row.FindString("id")!).ConfigureAwait(false) is { } group)
            {
                var end = new GroupEnd(GroupState.Succeeded, 0, row.FindTime("sentAt")!.Value, row.FindString("id"));
                _ = await inner.TryInsertAsync(StorageNames.LedgerTable, end.ToRow(group), CancellationToken.None).ConfigureAwait(false);
            }

            return await inner.TryInsertAsync(table, row, CancellationToken.None).ConfigureAwait(false);
        },
    });

    /// <summary>Row 36: only the pass that stored a task's end writes it to the group's ledger.</summary>
    public static Mutant CountsOnce { get; } = Of((tables, consumer) => new AlteredTables(tables)
    {
        Insert = (inner, table, row) => IsChild(table, row) && !consumer.Storage.HasEnded
            ? ValueTask.FromResult<string?>("none")
            : inner.TryInsertAsync(table, row, CancellationToken.None),
    });

    /// <summary>Row 37: a group leaves no note.</summary>
    public static Mutant LeavesNoNote { get; } = Of((tables, _) => new AlteredTables(tables)
    {
        Insert = (inner, table, row) => table == StorageNames.ControlTable && row.PartitionKey == "open-groups"
            ? ValueTask.FromResult<string?>(null)
            : inner.TryInsertAsync(table, row, CancellationToken.None),
    });

    private static Mutant Of(Func<ITableStore, ModelConsumer, ITableStore> tables) => new() { Tables = tables };

    private static bool IsChild(string table, TableRow row) => table == StorageNames.LedgerTable && row.Values.ContainsKey("state") && row.RowKey != GroupKeys.EndRow;

    private static async ValueTask<string?> FindGroupAsync(ITableStore tables, string callback)
    {
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, new TableQuery(null), CancellationToken.None).ConfigureAwait(false))
        {
            var group = row.PartitionKey[(row.PartitionKey.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (row.RowKey == GroupKeys.RecordRow && DerivedId.Of(group, GroupCompletion.CallbackRole) == callback)
            {
                return group;
            }
        }

        return null;
    }
}
