using Celerity.Tests.Stages;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Protocol;

/// <summary>The rows of the protocol that chunks and the stage ledger go by.</summary>
internal static class StageTable
{
    public static IReadOnlyList<StageRow> Rows { get; } =
    [
        new(2, "the row is moved to the successor whatever has become of it", () => StageMutations.Of(Mutants.MovesBlindly), () => Claims.Row02_ClaimMovedBeforeTheHandOver_RowStaysAsItIs()),
        new(4, "a claim does not tell its dequeue count", () => StageMutations.Of(Mutants.ForgetsTheClaimsCount), () => Claims.Row01To13_DeliveryAgainstAClaimedRow_GoesByTheTable(2, "d", "m", 1, "other", null, "")),
        new(9, "a chunk's effects are those of its own end", StageMutations.TellsItsOwnEnd, () => Claims.Row09_ChunkFailsAfterATwinEndedItWell_NoDeadLetterIsWritten()),
        new(13, "a claim does not tell whose it is", () => StageMutations.Of(Mutants.ForgetsTheAttemptId), () => Claims.Row01To13_DeliveryAgainstAClaimedRow_GoesByTheTable(2, "d", "m", 2, "pass", 0, "")),
        new(14, "a slice whose rows are there is dropped", StageMutations.DropsWhatHasEnded, () => Ledger.Row14_CrashRightAfterTheTransaction_RedeliveryPublishesAndCounts()),
        new(15, "a slice whose rows are refused is dropped", StageMutations.DropsWhatIsRefused, () => Ledger.Row15_ConflictOnTheTransaction_ContinuesWithPublishAndCount()),
        new(16, "a page row that is there is taken as done", StageMutations.TakesPageRowsAsDone, () => Ledger.Row16_CrashBetweenPageRowAndRootCount_RedeliveryCountsTheRoot()),
        new(17, "the watch sees the root alone", StageMutations.WatchesTheRootAlone, () => Ledger.Row17_PagesFullButNotInTheRoot_WatchCountsTheirRows()),
        new(18, "only the pass that inserted its rows publishes the next slice", StageMutations.PublishesOnce, () => Ledger.Row18_SliceEndsInThePoisonQueue_DrainPublishesTheNext()),
        new(19, "the watch misses what was never published", StageMutations.MissesWhatWasNeverPublished, () => Ledger.Row19_WindowNeverPublished_WatchPublishesIt()),
        new(20, "what is lost for good is not written down", StageMutations.ForgetsTheLost, () => Ledger.Row20_EveryMessageIsLost_StageEndsWithLostChunks()),
        new(21, "a slice goes on into the next page", StageMutations.CrossesPages, () => Ledger.Row21_AnyLayout_EachSliceIsOneTransaction()),
        new(22, "a repeat leaves no mark", StageMutations.LeavesNoMark, () => Ledger.Row22_EverySliceComesTwice_MessagesDoNotMultiply()),
        new(23, "a pass that ends without an outcome keeps its claim", () => StageMutations.Of(Mutants.KeepsClaims), () => Failures.Chunk_InterruptedByShutdownsAndOutages_IsNoCrasher()),
        new(24, "a time-out of storage is taken for a cancelled run", StageMutations.TakesTimeoutsForCancelledRuns, () => Failures.Storage_TimesOutByItself_MessageIsNotDropped()),
        new(50, "what waits leaves no mark", StageMutations.LeavesNoWaitingMark, () => Limits.Row50_WaitsLongerThanTheWatchHasPatience_NothingIsLost()),
        new(51, "the watch counts time while a stage is held", StageMutations.CountsTimeWhileHeld, () => Limits.Row51_HeldLongerThanTheWatchHasPatience_NothingIsLostAndNoAttemptIsMade()),
        new(52, "the mark is never over", StageMutations.WaitsForEver, () => Limits.Row52_MessagesAreLostWhileTheyWait_StageEndsAllTheSame()),
        new(53, "a slice that was put off is counted anew", StageMutations.ForgetsDeliveries, () => Limits.Row53_SliceThatKillsIsHeldBetweenItsDeliveries_ItsChunksStillGoAlone()),
    ];

    private static StageLimitTests Limits => new();

    private static ClaimTableTests Claims => new();

    private static LedgerProtocolTests Ledger => new();

    private static ChunkFailureTests Failures => new();
}
