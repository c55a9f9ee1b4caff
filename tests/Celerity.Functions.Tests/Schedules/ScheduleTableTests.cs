using Celerity.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Functions.Tests.Schedules;

/// <summary>The rules of <c>docs/schedules.md</c> on runs: the test of each, which passes as the app is, fails with the rule taken out.</summary>
public sealed class ScheduleTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["S15"] = (StartsAnotherRun, () => new ScheduleTests().Run_StartedTwice_IsOneRun()),
        ["S16"] = (KeepsAnOldNote, () => new ScheduleTests().Run_WhoseStarterDiedBeforeItsRow_IsStartedAgain_WithANoteOfItsOwn()),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);

    // A run that has ended is not found by who starts it again, and what is inserted under its id is another run.
    private static StageMutation StartsAnotherRun() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            FindRow = async (inner, table, partitionKey, rowKey) => await inner.FindAsync(table, partitionKey, rowKey, CancellationToken.None) is { } row
                && !(table == StorageNames.RunsTable && row.FindString("state") == nameof(RunState.Succeeded)) ? row : null,
            Insert = async (inner, table, row) => await inner.TryInsertAsync(table, row, CancellationToken.None)
                ?? (table == StorageNames.RunsTable ? await inner.TryInsertAsync(table, row with { RowKey = "0" + row.RowKey }, CancellationToken.None) : null),
        },
    };

    // A note that is there counts as one's own.
    private static StageMutation KeepsAnOldNote() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = async (inner, table, row) => await inner.TryInsertAsync(table, row, CancellationToken.None) ?? (row.PartitionKey == "pending-runs" ? "old" : null),
        },
    };
}
