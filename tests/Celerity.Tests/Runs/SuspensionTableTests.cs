using Celerity.Tests.Protocol;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>Each rule of <c>docs/runs.md</c> on suspensions is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class SuspensionTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["S1"] = (SuspensionMutations.CountsTimeWhileSuspended, () => new SuspensionTests().Suspended_LongerThanTheWatchHasPatience_HoldsAtNoAttemptAndLosesNothing()),
        ["S2"] = (SuspensionMutations.AsksForNoLook, () => new SuspensionTests().SuspendAndResume_AnyFaultAtAnyCall_AllChunksRun()),
        ["S3"] = (SuspensionMutations.AsksForNoLook, () => new SuspensionTests().Cancel_OfASuspendedRun_EndsIt_AndNothingOfItStaysHeldOrOnTheBoard()),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);
}
