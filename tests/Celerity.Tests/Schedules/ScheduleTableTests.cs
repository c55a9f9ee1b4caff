using Celerity.Tests.Protocol;
using Celerity.Tests.Revocation;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>
/// Each rule of <c>docs/schedules.md</c> is caught: its test, which passes as the engine is, fails with the rule taken out. Those of runs, S15 and
/// S16, are caught where runs are started.
/// </summary>
public sealed class ScheduleTableTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, (Func<StageMutation> Mutate, Func<Task> Test)> Table = new(StringComparer.Ordinal)
    {
        ["S1"] = (ScheduleMutations.DecidesBlindly, () => Rules.PauseDuringARound_AtEveryCall_NothingIsDecidedAfterIt()),
        ["S2"] = (ScheduleMutations.ActsBeforeItDecides, () => Rules.PauseDuringARound_AtEveryCall_NothingIsDecidedAfterIt()),
        ["S3"] = (ScheduleMutations.FiresUnderANewId, () => Rules.ClockSetBack_FiresNothingTwice_AndGoesOnWhereItWas()),
        ["S4"] = (ScheduleMutations.RoundsForgetDecisions, () => Crashes.Missed_AnyFaultAtAnyCall_AreCountedOnce_AndTheLatestFires()),
        ["S5"] = (ScheduleMutations.LeavesDecisionsOpen, () => Rules.NewProcess_LongAfterTheTaskHasExpired_DoesNotFireItAgain()),
        ["S6"] = (ScheduleMutations.ChangesForgetDecisions, () => Rules.RunAfterADecision_WhoseSenderDied_FiresBoth()),
        ["S7"] = (ScheduleMutations.DecidesWithoutThePayload, () => Rules.CodeEditAfterADecision_WhoseSenderDied_SendsWhatWasDecided()),
        ["S8"] = (ScheduleMutations.EditsKeepTheCursor, () => Changes.Put_OverOne_DoesNotFireForThePast()),
        ["S9"] = (ScheduleMutations.ResumesKeepTheCursor, () => Changes.Paused_DoesNotFire_AndResumed_DoesNotMakeUpForIt()),
        ["S10"] = (ScheduleMutations.RecordsNoFailure, () => Rounds.Target_ThatFailsForGood_IsRecorded_AndTheNextDueTimeFires()),
        ["S11"] = (ScheduleMutations.LetsManyWait, () => Rounds.Overlap_TaskThatDoesNotEndFor12Minutes_IsAsThePolicySays(
            OverlapPolicy.Queue, "00:05 Fired,00:10 Fired,00:15 Overlapped,00:20 Fired")),
        ["S12"] = (ScheduleMutations.LeavesTheBoardAlone, () => Changes.Put_MakesASchedule_ThatFires_AndIsAudited()),
        ["S13"] = (ScheduleMutations.FiresForAllThatWasMissed, () => Rules.ClockThatJumpsAhead_IsAsIfTheAppHadBeenDown()),
        ["S14"] = (ScheduleMutations.DropsTheRowFirst, () => Crashes.Deleted_AnyFaultAtAnyCall_IsGoneWithItsRecords()),
        ["S17"] = (ScheduleMutations.LooksWhenItIsDue, () => new FarTaskTests().Revoked_EndsUnrun_HoweverFarItIs("id", 500)),
        ["S18"] = (ScheduleMutations.ForgetsTheDeletedAtOnce, () => Rules.DeletedBeforeARoundHasToldOfItsFiring_LeavesNothing()),
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    private static ScheduleRuleTests Rules => new();

    private static ScheduleCrashTests Crashes => new();

    private static ScheduleControlTests Changes => new();

    private static ScheduleRoundTests Rounds => new();

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Row_WithoutItsRule_FailsItsTest(string row) => StageMutation.AssertIsCaughtAsync(row, Table[row].Mutate, Table[row].Test, output);
}
