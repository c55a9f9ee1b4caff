using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>
/// The hand-over explored: two consumers run the real engine, and every order of their calls to storage is tried, with deaths, lost
/// leases and lost replies in every place. The rows are those of the table in <c>docs/state-machine.md</c>: each holds as the engine is,
/// and breaks with its rule taken out.
/// </summary>
public sealed class HandoverModelTests(ITestOutputHelper output)
{
    private static readonly string Full = Scenario.Message("model.full");
    private static readonly string Once = Scenario.Message("model.once");
    private static readonly string Result = Scenario.Message("model.result");
    private static readonly string Pack = $$"""{"v":1,"batch":[{{Full}},{{Full.Replace("t1", "t2", StringComparison.Ordinal)}}]}""";

    [Fact]
    public void Row01_SendStoredTwice_FirstClaimIsInsertedIfAbsent() =>
        Check(new Scenario("twins", Full, Full) { Deaths = 1, Failures = 1 }, Mutants.ClaimsBlindly);

    [Fact]
    public void Row02_SuccessorClaimedBeforeTheRowMoves_RowMovesByETag() =>
        Check(new Scenario("failing", Full) { Deaths = 1, Failures = 2 }, Mutants.MovesBlindly);

    [Fact]
    public void Row03_SenderMarksWhileAConsumerHolds_SendRowIsARowOfItsOwn() =>
        Check(Reserved(new FullTask()) with { LostReplies = 1 }, Mutants.MarksTheControlRow);

    [Fact]
    public void Row04_LeaseLostAndClaimedAgain_LowerCountNeverTakesTheClaim() =>
        Check(new Scenario("lost lease", Full) { Deaths = 1, LostLeases = 1 }, Mutants.ForgetsTheClaimsCount);

    [Fact]
    public void Row05_ClaimedTaskGoesToPoison_DrainerHandsOver() =>
        Check(new Scenario("poisoned", Full) { Deaths = 2, MaxDequeueCount = 1 }, new Mutant { DrainsAsItIs = true });

    [Fact]
    public void Row06_DeathBetweenOutcomeAndEffects_EffectsAreRepeated() =>
        Check(new Scenario("ended and poisoned", Once) { Deaths = 1, Failures = 1, MaxDequeueCount = 1 }, new Mutant { MakesEffectsOnce = true });

    [Fact]
    public void Row07_HandedOverWithoutARow_IsClaimedByInserting() =>
        Check(new Scenario("result", Result) { Deaths = 1, LostLeases = 1, Failures = 1 }, Mutants.RunsUnclaimed);

    [Fact]
    public void Row08_ReservedAtResultLevel_OutcomeIsARowOfItsOwn() =>
        Check(Reserved(new ResultTask()) with { Failures = 1 }, Mutants.ReservesTheControlRow);

    [Fact]
    public void Row09_OutcomeRefused_EffectsOfTheStoredOneOnly() =>
        Check(new Scenario("two outcomes", Once) { LostLeases = 1, Failures = 1 }, Mutants.TakesRefusalsForItsOwn);

    [Fact]
    public void Row10_DeathBeforeTheOutcome_NoDeadLetterYet() =>
        Check(new Scenario("fails or not", Once) { Deaths = 1, Failures = 1 }, Mutants.KeepsDeadLettersFirst);

    [Fact]
    public void Row11_MessageWithoutIdGoesToPoison_KeepsItsFirstIdentity() =>
        Check(
            new Scenario("no id", """{"task":"model.full"}""") { Ids = null, Deaths = 3, OnlyHandlersDie = true, MaxDequeueCount = 2 },
            new Mutant { ForgetsDequeueCount = true });

    [Fact]
    public void Row12_PackTakenApartWhileAnItemIsClaimed_ItemsAreHandedOver() =>
        Check(new Scenario("pack", Pack) { Ids = ["t1", "t2"], Deaths = 1, Preemptions = 1 }, new Mutant { ExplodesAsItIs = true });

    [Fact]
    public void Row13_ReplyToOnesOwnClaimIsLost_IsNoCrash() =>
        Check(new Scenario("lost reply", Full) { LostReplies = 1, Deaths = 1, Failures = 1 }, Mutants.ForgetsTheAttemptId);

    [Fact]
    public void Row25_StorageFailsInAPass_IsNoCrash() =>
        Check(new Scenario("storage fails", Full) { Faults = 1, Deaths = 1, Failures = 1 }, Mutants.KeepsClaims);

    [Fact]
    public void Row26_TransactionOfAPackIsRefused_EachTaskGoesByTheTableAlone()
    {
        // Ids of ours, so that their rows share a partition.
        string[] ids = ["019b7000-0000-7000-8000-000000000010", "019b7000-0000-7000-8000-000000000020"];
        var items = ids.Select(id => Scenario.Message("model.full", id: id)).ToList();
        Check(
            new Scenario("pack and twin", $$"""{"v":1,"batch":[{{items[0]}},{{items[1]}}]}""", items[0]) { Ids = ids, Deaths = 1, Failures = 1, Preemptions = 1 },
            Mutants.TakesRefusedTransactionsForStored);
    }

    [Fact]
    public void AnyOrder_OfTwoDeathsLostLeaseLostReplyAndDeferral_EndsOnce()
    {
        var found = ScheduleExplorer.Explore(new Scenario("two deaths and a deferral", Full)
        {
            Deaths = 2,
            LostLeases = 1,
            LostReplies = 1,
            Snoozes = 1,
            Preemptions = 1,
        });

        output.WriteLine($"{found.States} states, {found.Ends} ends");
        Assert.True(found.Violation is null, found.Violation);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(2)]
    [InlineData(1)]
    public void ByChance_PacksRevokesExpiryAndAllThatGoesWrong_EndsOnce(int maxDequeueCount)
    {
        const int Histories = 5000 / 3 + 1;
        var tagged = ""","tags":["red"]""";

        // Two of the pack share a partition, and with it transactions.
        const string Second = "019b7000-0000-7000-8000-000000000020";
        const string Third = "019b7000-0000-7000-8000-000000000030";
        var scenario = new Scenario(
            "by chance",
            $$"""{"v":1,"batch":[{{Full}},{{Scenario.Message("model.full", tagged, Second)}},{{Scenario.Message("model.once", id: Third)}}]}""",
            Scenario.Message("model.result", ""","expiresAt":"2026-01-01T00:00:30Z" """, "t4"),
            Full)
        {
            Ids = ["t1", Second, Third, "t4"],
            Deaths = 3,
            LostLeases = 2,
            LostReplies = 2,
            Faults = 2,
            Failures = 2,
            Snoozes = 2,
            Revokes = 2,
            Jumps = 3,
            Preemptions = int.MaxValue,
            MaxDequeueCount = maxDequeueCount,
        };

        for (var seed = 0; seed < Histories; seed++)
        {
            var violation = ScheduleExplorer.Wander(scenario, (seed * 31) + maxDequeueCount);
            Assert.True(violation is null, violation);
        }
    }

    [Theory]
    [InlineData("model.full", 20, 1)]
    [InlineData("model.full", 1, 0)]
    [InlineData("model.result", 20, 1)]
    [InlineData("model.result", 1, 0)]
    public void AnyOrder_OfDeathLostLeaseFaultAndFailure_EndsOnce(string task, int maxDequeueCount, int lostLeases)
    {
        var scenario = new Scenario("all at once", Scenario.Message(task))
        {
            Deaths = 1,
            LostLeases = lostLeases,
            Faults = 1,
            Failures = 1,
            MaxDequeueCount = maxDequeueCount,
            Preemptions = 1,
        };

        var found = ScheduleExplorer.Explore(scenario);

        output.WriteLine($"{scenario}: {found.States} states, {found.Ends} ends");
        Assert.True(found.Violation is null, found.Violation);
    }

    private static Scenario Reserved(object task)
    {
        var send = ModelSend.Of(task, new EnqueueOptions { IdempotencyKey = "k" });
        return new Scenario("reserved") { Ids = null, Sends = [send, send], Deaths = 1 };
    }

    private void Check(Scenario scenario, Mutant mutant)
    {
        var real = ScheduleExplorer.Explore(scenario);
        output.WriteLine($"{scenario}: {real.States} states, {real.Ends} ends");
        Assert.True(real.Violation is null, real.Violation);
        Assert.True(real.Ends > 1, $"{real.Ends} ends");

        var broken = ScheduleExplorer.Explore(scenario with { Mutant = mutant });
        output.WriteLine($"without the rule: {broken.Violation}");
        Assert.NotNull(broken.Violation);
    }
}
