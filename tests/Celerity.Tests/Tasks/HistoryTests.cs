using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>
/// Histories by chance, beyond what can be explored: sends with keys, groups and chains, packs, revocations and expiry, with processes that
/// die, leases that end, replies that are lost, clocks that differ and time that passes. What is promised holds at the end of each.
/// </summary>
public sealed class HistoryTests
{
    private const int Histories = 1000;
    private const int SendsOfEach = 4;

    private static readonly ModelSend[] Sends =
    [
        Keyed(new EnqueueOptions { UniqueKey = "k" }),
        Keyed(new EnqueueOptions { UniqueKey = "k", TimeToLive = TimeSpan.FromMinutes(5) }),
        Keyed(new EnqueueOptions { OrderKey = "k" }),
        Keyed(new EnqueueOptions { OrderKey = "k", Tags = ["red"] }),
        Keyed(new EnqueueOptions { OrderKey = "k", TimeToLive = TimeSpan.FromMinutes(5) }),
        Keyed(new EnqueueOptions { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) }),
        Keyed(new EnqueueOptions { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) }),
        Keyed(new EnqueueOptions { IdempotencyKey = "k" }),
        ModelSend.Of(new OnceTask(), new EnqueueOptions { Delay = TimeSpan.FromMinutes(3) }),
        SentGroup.Send(new FullTask(), new OnceTask(), new TaskChain([new FullTask(), new FollowTask()])),
        SentGroup.Send(new ResultTask(), new FullTask()),
        SentGroup.SendChain(new FullTask(), new FollowTask(), new FollowTask()),
    ];

    [Theory]
    [InlineData(20)]
    [InlineData(2)]
    [InlineData(1)]
    public void ByChance_SendsGroupsAndTimeThatPasses_EndsAsPromised(int maxDequeueCount)
    {
        var scenario = new Scenario("by chance")
        {
            HasClock = true,
            Deaths = 2,
            LostLeases = 1,
            LostReplies = 2,
            Faults = 1,
            Failures = 2,
            Snoozes = 1,
            Revokes = 2,
            Rounds = 3,
            Jumps = 4,
            Spans = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(11), TimeSpan.FromHours(2)],
            Skew = TimeSpan.FromSeconds(40),
            Preemptions = int.MaxValue,
            MaxDequeueCount = maxDequeueCount,
        };
        for (var history = 0; history < Histories; history++)
        {
            var seed = (history * 31) + maxDequeueCount;
            var random = new Random(seed);
            var sends = Enumerable.Range(0, SendsOfEach).Select(_ => Sends[random.Next(Sends.Length)]).ToList();
            var violation = ScheduleExplorer.Wander(scenario with { Sends = sends, Skew = scenario.Skew * (random.Next(3) - 1) }, seed);
            Assert.True(violation is null, violation);
        }
    }

    private static ModelSend Keyed(EnqueueOptions options)
    {
        var send = ModelSend.Of(new FullTask(), options);
        return options.IdempotencyKey is null ? send with { Later = send } : send;
    }
}
