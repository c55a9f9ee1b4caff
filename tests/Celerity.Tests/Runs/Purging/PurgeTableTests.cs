using Celerity.Storage;
using Celerity.Tests.Protocol;
using Xunit;

namespace Celerity.Tests.Runs.Purging;

/// <summary>Each rule of <c>docs/runs.md</c> on purges is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class PurgeTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["P1"] = (PurgeMutations.LeavesNoNote, () => new RunPurgeTests().Purge_OfAnEndedRun_SaysWhatItDeletesAndLeavesNothing()),
        ["P2"] = (PurgeMutations.ForgetsTheGeneration, () => new RunPurgeTests().Purge_TheRunIsStartedAgainAfterTheNoteAndHasEnded_Stays()),
        ["P3"] = (PurgeMutations.MindsNoPurge, () => new RunPurgeTests().LateSlice_OfARunThatIsPurged_WritesNothing(isGone: false)),
        ["P4"] = (PurgeMutations.DeletesDeadRowsAtOnce, () => new RunPurgeTests().Maintenance_KilledInTheMiddle_IsGoneOnWith("table.Find", StorageNames.DeadLettersTable)),
        ["P5"] = (PurgeMutations.DeletesDeadRowsAtOnce, () => new RunPurgeTests().Purge_ALetterIsWrittenAfterTheFirstSweep_TheLastTakesItAlong()),
        ["P6"] = (PurgeMutations.WaitsForNobody, () => new RunPurgeTests().Purge_OfARunThatHasJustEnded_WaitsForWhoHeedsNoCancel()),
        ["P7"] = (PurgeMutations.DeletesTheRunFirst, () => new RunPurgeTests().Maintenance_KilledInTheMiddle_IsGoneOnWith("table.TryDeleteAll", StorageNames.RunsTable)),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);
}
