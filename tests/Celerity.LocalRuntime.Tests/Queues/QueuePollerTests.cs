using Azure;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Queues.Waking;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueuePollerTests : IAsyncDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly SteppedTime _time = new();
    private readonly MemoryQueue _queue;
    private readonly ListLogger _log = new();
    private readonly List<QueuePoller> _started = [];
    private readonly QueueSettings _settings = new() { BatchSize = 4, NewBatchThreshold = 2, MaxPollingInterval = TimeSpan.FromSeconds(2) };

    public QueuePollerTests() => _queue = new MemoryQueue("tasks", _time);

    [Fact]
    public async Task Poll_AtStart_ReceivesAtOnce()
    {
        Start(Delete);

        Assert.Equal("exists", await _queue.NextCallAsync());
        Assert.Equal("receive 0", await _queue.NextCallAsync());
    }

    [Fact]
    public async Task Poll_QueueSeenOnce_IsNotLookedForAgain()
    {
        Start(Delete);
        await _time.PassNextWaitAsync();
        await _time.PassNextWaitAsync();
        await _time.NextWaitAsync();

        Assert.Equal(["exists", "receive 0", "receive 0", "receive 0"], _queue.TakeCalls());
    }

    [Fact]
    public async Task Poll_Empty_BacksOffToTheCeiling()
    {
        Start(Delete);

        Assert.Equal(TimeSpan.FromMilliseconds(100), await _time.PassNextWaitAsync());
        Assert.InRange((await _time.PassNextWaitAsync()).TotalMilliseconds, 180, 220);
        Assert.InRange((await _time.PassNextWaitAsync()).TotalMilliseconds, 260, 340);
        Assert.InRange((await _time.PassNextWaitAsync()).TotalMilliseconds, 420, 580);
        Assert.InRange((await _time.PassNextWaitAsync()).TotalMilliseconds, 740, 1060);
        await _time.PassNextWaitAsync();
        Assert.Equal(TimeSpan.FromSeconds(2), await _time.PassNextWaitAsync());
        Assert.Equal(TimeSpan.FromSeconds(2), await _time.PassNextWaitAsync());
    }

    [Fact]
    public async Task Poll_MessagesFound_PollsAgainWithoutDelayThenBacksOffFromTheMinimum()
    {
        Start(Delete);
        await _time.PassNextWaitAsync();
        await _time.PassNextWaitAsync();
        var wait = await _time.NextWaitAsync();
        _queue.TakeCalls();
        _queue.Add("a");
        _time.Advance(wait);

        Assert.Equal(TimeSpan.FromMilliseconds(100), await _time.NextWaitAsync());
        Assert.Equal(["receive 1", "receive 0"], _queue.TakeCalls().Where(call => call.StartsWith("receive", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Poll_ABatch_RunsAllOfItAtOnce()
    {
        AddMessages(4);
        var arrivals = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource();
        Start(async _ =>
        {
            arrivals.Release();
            await gate.Task;
        });

        for (var i = 0; i < 4; i++)
        {
            Assert.True(await arrivals.WaitAsync(HangLimit, TestContext.Current.CancellationToken));
        }

        gate.SetResult();
    }

    [Fact]
    public async Task Poll_InFlightAboveTheThreshold_ReceivesAgainOnlyWhenItIsReached()
    {
        AddMessages(8);
        var gates = new SemaphoreSlim(0);
        var ended = new SemaphoreSlim(0);
        Start(async _ =>
        {
            await gates.WaitAsync(TestContext.Current.CancellationToken);
            ended.Release();
        });
        await _queue.NextCallAsync();
        Assert.Equal("receive 4", await _queue.NextCallAsync());

        gates.Release();
        Assert.True(await ended.WaitAsync(HangLimit, TestContext.Current.CancellationToken));
        Assert.Empty(_queue.TakeCalls());

        gates.Release();
        Assert.Equal("receive 4", await _queue.NextCallAsync());
        gates.Release(6);
    }

    [Fact]
    public async Task Poll_BatchOfOneAndNoThreshold_IsStrictlySequential()
    {
        AddMessages(5);
        var running = 0;
        var most = 0;
        var done = new SemaphoreSlim(0);
        Start(
            async message =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                await Delete(message);
                Interlocked.Decrement(ref running);
                done.Release();
            },
            _settings with { BatchSize = 1, NewBatchThreshold = 0 });

        for (var i = 0; i < 5; i++)
        {
            Assert.True(await done.WaitAsync(HangLimit, TestContext.Current.CancellationToken));
        }

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Poll_Receive_AsksForABatchWithTheLease()
    {
        AddMessages(5);
        var gate = new TaskCompletionSource();
        Start(_ => gate.Task);
        await _queue.NextCallAsync();
        Assert.Equal("receive 4", await _queue.NextCallAsync());

        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal(1, _queue.VisibleCount);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(5, _queue.VisibleCount);
        gate.SetResult();
    }

    [Fact]
    public async Task Poll_QueueMissing_BacksOffWarnsOnceAndFindsItWhenItComes()
    {
        _queue.Exists = false;
        Start(Delete);
        await _time.PassNextWaitAsync();
        await _time.PassNextWaitAsync();
        var wait = await _time.NextWaitAsync();

        Assert.Equal(["exists", "exists", "exists"], _queue.TakeCalls());
        Assert.Single(_log.Lines, line => line.Contains("does not exist", StringComparison.Ordinal));

        _queue.Exists = true;
        _time.Advance(wait);
        Assert.Equal("exists", await _queue.NextCallAsync());
        Assert.Equal("receive 0", await _queue.NextCallAsync());
    }

    [Fact]
    public async Task Poll_QueueDeletedWhilePolling_LooksForItAgain()
    {
        Start(Delete);
        var wait = await _time.NextWaitAsync();
        _queue.TakeCalls();
        _queue.Exists = false;
        _time.Advance(wait);
        await _time.PassNextWaitAsync();
        await _time.NextWaitAsync();

        Assert.Equal(["failed receive", "exists"], _queue.TakeCalls());
    }

    [Theory]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(403)]
    public async Task Poll_ServiceRefuses_SaysSoOnceBacksOffAndComesBack(int status)
    {
        _queue.Fail = _ => new RequestFailedException(status, "refused");
        Start(Delete);
        await _time.PassNextWaitAsync();
        await _time.PassNextWaitAsync();
        var wait = await _time.NextWaitAsync();
        Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));

        _queue.Fail = _ => null;
        _time.Advance(wait);
        await _time.NextWaitAsync();
        Assert.Single(_log.Lines, line => line.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Poll_StorageUnreachable_KeepsTrying()
    {
        _queue.Fail = _ => new AggregateException(new HttpRequestException("refused"));
        Start(Delete);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("failed exists", await _queue.NextCallAsync());
            await _time.PassNextWaitAsync();
        }

        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Poll_StorageBackWithoutTheQueue_SaysBothAndWaitsForIt()
    {
        _queue.Fail = _ => new RequestFailedException(503, "busy");
        Start(Delete);
        var wait = await _time.NextWaitAsync();
        _queue.Exists = false;
        _queue.Fail = _ => null;
        _time.Advance(wait);
        await _time.NextWaitAsync();

        Assert.Collection(
            _log.Lines,
            line => Assert.Contains("cannot be read", line, StringComparison.Ordinal),
            line => Assert.Contains("answers again", line, StringComparison.Ordinal),
            line => Assert.Contains("does not exist", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wake_WhileWaiting_PollsAtOnce()
    {
        var wake = new WakeSignal(isOn: false);
        Start(Delete, wake: wake);
        await _time.NextWaitAsync();
        _queue.TakeCalls();

        wake.Wake();

        Assert.Equal("receive 0", await _queue.NextCallAsync());
    }

    [Fact]
    public async Task Wake_DuringAReceive_IsNotLost()
    {
        var wake = new WakeSignal(isOn: true);
        Start(Delete, wake: wake);
        var wait = await _time.NextWaitAsync();
        _queue.TakeCalls();
        var gate = new TaskCompletionSource();
        _queue.ReceiveGate = gate.Task;
        _time.Advance(wait);
        wake.Wake();
        _queue.ReceiveGate = Task.CompletedTask;
        gate.SetResult();

        Assert.Equal("receive 0", await _queue.NextCallAsync());
        Assert.Equal("receive 0", await _queue.NextCallAsync());
    }

    [Fact]
    public async Task Poll_WakeOnAndBatchNotFull_SavesTheReceiveThatWouldFindNothing()
    {
        AddMessages(1);
        Start(Delete, wake: new WakeSignal(isOn: true));

        Assert.Equal(TimeSpan.FromMilliseconds(100), await _time.NextWaitAsync());
        Assert.Equal(["receive 1"], _queue.TakeCalls().Where(call => call.StartsWith("receive", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Poll_WakeOnAndBatchFull_PollsAgainAtOnce()
    {
        AddMessages(4);
        Start(Delete, wake: new WakeSignal(isOn: true));

        await _time.NextWaitAsync();
        Assert.Equal(["receive 4", "receive 0"], _queue.TakeCalls().Where(call => call.StartsWith("receive", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stop_MessagesInFlight_WaitsForThem()
    {
        AddMessages(1);
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var poller = Start(async message =>
        {
            started.SetResult();
            await gate.Task;
            await Delete(message);
        });
        await started.Task.WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        var stop = poller.StopAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await stop.WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        Assert.Empty(_queue.Texts);
    }

    [Fact]
    public async Task Stop_TimeIsUp_EndsTheWait()
    {
        AddMessages(1);
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var poller = Start(async _ =>
        {
            started.SetResult();
            await gate.Task;
        });
        await started.Task.WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poller.StopAsync(new CancellationToken(canceled: true)));
        gate.SetResult();
    }

    [Fact]
    public async Task Stop_DuringAReceive_PutsBackWhatItBringsAndRunsNothing()
    {
        var gate = new TaskCompletionSource();
        _queue.ReceiveGate = gate.Task;
        AddMessages(3);
        var runs = 0;
        var poller = Start(_ => Task.FromResult(runs++));
        Assert.Equal("exists", await _queue.NextCallAsync());

        var stop = poller.StopAsync(CancellationToken.None);
        gate.SetResult();
        await stop.WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        Assert.Equal(0, runs);
        Assert.Equal(3, _queue.VisibleCount);
    }

    [Fact]
    public async Task Stop_WhileWaiting_EndsAtOnceAndPollsNoMore()
    {
        var poller = Start(Delete);
        await _time.NextWaitAsync();
        _queue.TakeCalls();

        await poller.StopAsync(CancellationToken.None).WaitAsync(HangLimit, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(_queue.TakeCalls());
    }

    [Fact]
    public async Task Poll_DynamicConcurrency_TakesOneAtATimeUntilTheLimitGrows()
    {
        AddMessages(5);
        var gate = new SemaphoreSlim(0);
        var concurrency = new FunctionConcurrency(maximum: 500, start: 1, _time);
        var plan = new DynamicFetchPlan(concurrency, () => default);
        Start(_ => gate.WaitAsync(TestContext.Current.CancellationToken), plan: plan);
        await _queue.NextCallAsync();
        Assert.Equal("receive 1", await _queue.NextCallAsync());

        gate.Release();
        Assert.Equal("receive 1", await _queue.NextCallAsync());

        concurrency.NoteInFlight(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(concurrency.Adjust(new ThrottleState(IsOn: false, 5)));
        plan.NoteChange();
        Assert.Equal("receive 1", await _queue.NextCallAsync());
        Assert.Equal(2, concurrency.Limit);
        gate.Release(10);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var poller in _started)
        {
            await poller.StopAsync(CancellationToken.None).WaitAsync(HangLimit);
            poller.Dispose();
        }
    }

    private Task Delete(QueueMessage message) =>
        _queue.DeleteAsync(message.MessageId, message.PopReceipt, CancellationToken.None);

    private void AddMessages(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _queue.Add($"message {i}");
        }
    }

    private QueuePoller Start(Func<QueueMessage, Task> run, QueueSettings? settings = null, WakeSignal? wake = null, FetchPlan? plan = null)
    {
        settings ??= _settings;
        var poller = new QueuePoller(
            "Work",
            _queue,
            plan ?? new FixedFetchPlan(settings.BatchSize, settings.NewBatchThreshold),
            TimeSpan.FromMinutes(10),
            run,
            wake ?? new WakeSignal(isOn: false),
            new PollingBackoff(settings.MaxPollingInterval, new Random(1)),
            _time,
            _log);
        _started.Add(poller);
        poller.Start();
        return poller;
    }
}
