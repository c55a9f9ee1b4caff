using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>
/// The hand-over explored: two consumers run the real engine, and every order of their calls to storage is tried, with deaths, lost
/// leases and lost replies in every place.
/// </summary>
public sealed class HandoverModelTests(ITestOutputHelper output)
{
    private static readonly string Full = Scenario.Message("model.full");

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
        const int Histories = 667;
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
}
