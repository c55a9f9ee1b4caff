using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Concurrency;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class FunctionConcurrencyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ThrottleState Throttled = new(IsOn: true, 3);
    private static readonly ThrottleState Healthy = new(IsOn: false, 5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Limit_AtStart_IsOneOrWhatWasKeptWithinTheMaximum()
    {
        Assert.Equal(1, Make().Limit);
        Assert.Equal(7, Make(start: 7).Limit);
        Assert.Equal(500, Make(start: 9000).Limit);
    }

    [Fact]
    public void Adjust_LimitReachedAndHealthy_GrowsInStepsThatGrowToSix()
    {
        var concurrency = Make();

        Assert.Equal([2, 4, 7, 11, 16, 22, 28, 34], Enumerable.Range(0, 8).Select(_ => AdjustAfter(concurrency, 2 * Second, Healthy)));
    }

    [Fact]
    public void Adjust_SoonerThanTwoSecondsAndTheLatency_ChangesNothing()
    {
        var concurrency = Make();
        concurrency.NoteEnd(Second);

        Assert.Equal(1, AdjustAfter(concurrency, 2.9 * Second, Healthy));
        Assert.Equal(2, AdjustAfter(concurrency, 0.1 * Second, Healthy));
    }

    [Fact]
    public void Adjust_LongLatency_WaitsFiveSecondsAtMost()
    {
        var concurrency = Make();
        concurrency.NoteEnd(100 * Second);

        Assert.Equal(1, AdjustAfter(concurrency, 4.9 * Second, Healthy));
        Assert.Equal(2, AdjustAfter(concurrency, 0.1 * Second, Healthy));
    }

    [Fact]
    public void Adjust_LimitNeverReached_DoesNotGrow()
    {
        var concurrency = Make(start: 4);
        concurrency.NoteInFlight(3);
        _time.Advance(5 * Second);

        Assert.False(concurrency.Adjust(Healthy));
    }

    [Fact]
    public void Adjust_FewerSamplesThanNeeded_ChangesNothing()
    {
        var concurrency = Make(start: 4);

        Assert.Equal(4, AdjustAfter(concurrency, 5 * Second, Healthy with { Samples = 4 }));
        Assert.Equal(4, AdjustAfter(concurrency, 5 * Second, Throttled with { Samples = 2 }));
    }

    [Fact]
    public void Adjust_Throttled_ShrinksInStepsThatGrowDownToOne()
    {
        var concurrency = Make(start: 10);

        Assert.Equal([9, 7, 4, 1, 1], Enumerable.Range(0, 5).Select(_ => AdjustAfter(concurrency, 2 * Second, Throttled)));
    }

    [Fact]
    public void Adjust_AfterShrinking_GrowsOnlyTenSecondsLater()
    {
        var concurrency = Make(start: 10);

        Assert.Equal(9, AdjustAfter(concurrency, 2 * Second, Throttled));
        Assert.Equal(9, AdjustAfter(concurrency, 9.9 * Second, Healthy));
        Assert.Equal(10, AdjustAfter(concurrency, 0.1 * Second, Healthy));
    }

    [Fact]
    public void Adjust_AfterAPause_BeginsANewRun()
    {
        var concurrency = Make();
        AdjustAfter(concurrency, 2 * Second, Healthy);
        AdjustAfter(concurrency, 2 * Second, Healthy);

        Assert.Equal(5, AdjustAfter(concurrency, 10 * Second, Healthy));
    }

    [Fact]
    public void Adjust_AtTheMaximum_StaysThere()
    {
        var concurrency = Make(start: 3, maximum: 4);

        Assert.Equal([4, 4], Enumerable.Range(0, 2).Select(_ => AdjustAfter(concurrency, 2 * Second, Healthy)));
    }

    [Fact]
    public void Room_IsWhatTheLimitLeavesUpToTheServicesBatch()
    {
        var state = default(ThrottleState);
        var plan = new DynamicFetchPlan(Make(start: 100), () => state);

        Assert.Equal(32, plan.Room(0));
        Assert.Equal(10, plan.Room(90));
        Assert.Equal(0, plan.Room(120));
        state = state.Next(isOn: true);
        Assert.Equal(0, plan.Room(0));
    }

    [Fact]
    public async Task WhenRoom_NoRoom_WaitsForAnEndOrASample()
    {
        var concurrency = Make(start: 2);
        var plan = new DynamicFetchPlan(concurrency, () => default);
        var inFlight = new InFlightCount();
        inFlight.Add(2);
        var room = plan.WhenRoomAsync(inFlight, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        inFlight.Remove();
        await room;

        inFlight.Add(1);
        room = plan.WhenRoomAsync(inFlight, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        AdjustAfter(concurrency, 5 * Second, Healthy);
        plan.NoteChange();
        await room;
    }

    [Fact]
    public void Next_OfTheSameKind_CountsOn()
    {
        var state = default(ThrottleState).Next(isOn: false).Next(isOn: false);

        Assert.Equal(new ThrottleState(IsOn: false, 2), state);
        Assert.Equal(new ThrottleState(IsOn: true, 1), state.Next(isOn: true));
    }

    private FunctionConcurrency Make(int start = 1, int maximum = 500) => new(maximum, start, _time);

    private int AdjustAfter(FunctionConcurrency concurrency, TimeSpan delay, ThrottleState throttle)
    {
        concurrency.NoteInFlight(concurrency.Limit);
        _time.Advance(delay);
        concurrency.Adjust(throttle);
        return concurrency.Limit;
    }
}
