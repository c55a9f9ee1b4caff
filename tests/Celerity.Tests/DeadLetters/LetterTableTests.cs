using Celerity.Tests.Protocol;
using Xunit;

namespace Celerity.Tests.DeadLetters;

/// <summary>Each rule of <c>docs/dead-letters.md</c> is caught: its test, which passes as the engine is, fails with the rule taken out.</summary>
public sealed class LetterTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["L1"] = (LetterMutations.MarksBlindly, () => new ReplayTests().Replay_TwoActionsAtOnce_EachLetterIsOneOfTheirs()),
        ["L2"] = (LetterMutations.ForgetsWhatItMarked, () => new ReplayTests().Replay_KilledOrFaultedAtAnyCall_SendsEachLetterOnce(0, 1)),
        ["L3"] = (LetterMutations.CountsByItself, () => new DeadLetterStoreTests().Add_KilledOrFaultedAtAnyCall_IsCountedOnce()),
        ["L4"] = (LetterMutations.AnnouncesNothing, () => new DeadLetterListTests().Upkeep_LetterAfterAQuietTime_IsCounted()),
        ["L5"] = (LetterMutations.StopsAtOnce, () => new ReplayTests().Replay_CancelledBetweenMarkAndSend_StillSendsWhatIsMarked()),
        ["L6"] = (LetterMutations.HasNoBound, () => new ReplayTests().Replay_WhatDiesOfIt_IsNotReplayedByIt()),
        ["L7"] = (LetterMutations.CountsNothingAhead, () => new PurgeTests().Purge_KilledOrFaultedAtAnyCall_DeletesAndCountsEachOnce()),
        ["L8"] = (LetterMutations.MindsNoOther, () => new PurgeTests().Purge_OfWhatAReplayHasMarked_LeavesItUntilItIsSent()),
        ["L9"] = (LetterMutations.StopsWithoutAFence, () => new ReplayTests().Replay_StoppedWhileItsStepIsMadeTwice_MarksNothingOnceItHasEnded()),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);
}
