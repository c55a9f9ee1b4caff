using Celerity.Tests.Protocol;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>Each rule of <c>docs/runs.md</c> is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class GenerationTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["G1"] = (GenerationMutations.ForgetsTheCommand, () => new ChunkReplayTests().Replay_AnyFaultAtAnyCall_MakesOneGeneration()),
        ["G2"] = (GenerationMutations.LeavesNoNote, () => new ChunkReplayTests().Replay_AnyFaultAtAnyCall_MakesOneGeneration()),
        ["G3"] = (GenerationMutations.ForgetsTheDecision, () => new GenerationRuleTests().Takeover_DatasetChangesBetweenTwoTries_IsRefusedAndNotMixed()),
        ["G4"] = (GenerationMutations.WritesTheStageAnew, () => new GenerationRuleTests().Takeover_ASliceOfTheOldGenerationEndsBetweenTwoTries_OrderStays()),
        ["G5"] = (GenerationMutations.LooksAtNothing, () => new GenerationTests(TestContext.Current.TestOutputHelper!).RetryFailed_TwoChunksFailed_RunsThemAndTakesAllOthersOver()),
        ["G6"] = (GenerationMutations.KeepsTheOldGeneration, () => new GenerationRuleTests().Gate_HasReadTheOldGeneration_LetsTheNewThrough()),
        ["G7"] = (GenerationMutations.DropsWhatTheRunLeft, () => new GenerationRuleTests().DeadChunk_ProcessDiesBeforeItsLetterAndOthersEndTheRun_LetterIsWritten()),
        ["G8"] = (GenerationMutations.RestartsBlindly, () => new ChunkReplayTests().Restart_AnotherMakesTheGenerationInBetween_IsRefused("CelerityRuns")),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);
}
