using Azure.Storage.Queues;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Queues.Waking;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly SteppedTime _time = new();
    private readonly FakeInvoker _invoker = new();
    private readonly MemorySource _source;
    private readonly WakeBoard _board;
    private readonly QueueListener _listener;

    public QueueListenerTests()
    {
        _source = new MemorySource(_time);
        _board = new WakeBoard(folder: null, _time, NullLogger<WakeBoard>.Instance);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("TasksQueue", "Imported-Tasks")]).Build();
        _listener = new QueueListener(
            new QueueSettings { MessageEncoding = QueueMessageEncoding.None, BatchSize = 4, NewBatchThreshold = 2, MaxDequeueCount = 2 },
            new QueueRuntimeSettings { WakeOnSend = false },
            new ConcurrencySettings(),
            new ConcurrencySnapshot("not kept"),
            new QueueBindings(_source, new SettingTokens(configuration)),
            _invoker,
            _board,
            _time,
            NullLogger<QueueListener>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _board.Dispose();
    }

    [Fact]
    public async Task Start_QueueFunction_GetsItsMessages()
    {
        var queue = _source["tasks"];
        queue.Add("hello");
        await StartAsync(nameof(TestFunctions.TakesString));

        await CallsUntilAsync(queue, "delete");

        Assert.Equal("hello", Assert.Single(_invoker.Requests).TriggerValue);
    }

    [Fact]
    public async Task Start_NameFromSetting_IsResolvedLowerCasedAndOpenedOnItsConnection()
    {
        await StartAsync(nameof(TestFunctions.NamedBySetting));

        Assert.Contains(("Other", "imported-tasks"), _source.Opened);
        Assert.Contains(("Other", "imported-tasks-poison"), _source.Opened);
    }

    [Fact]
    public async Task Start_PoisonQueueFunction_HasNoPoisonQueueOfItsOwn()
    {
        await StartAsync(nameof(TestFunctions.OnPoison));

        Assert.Equal([(null, "tasks-poison")], _source.Opened);
    }

    [Fact]
    public async Task Start_BadQueueName_FailsBeforeAnythingIsPolled()
    {
        await Assert.ThrowsAsync<LocalStartException>(() =>
            StartAsync(nameof(TestFunctions.TakesString), nameof(TestFunctions.BadlyNamed)));

        Assert.Empty(_source["tasks"].TakeCalls());
    }

    [Fact]
    public async Task Start_FunctionOfAnotherTrigger_IsNotItsAffair()
    {
        var other = TestFunctions.Describe(nameof(TestFunctions.TakesString)) with { TriggerAttribute = new ObsoleteAttribute() };

        await _listener.StartAsync([other], CancellationToken.None);

        Assert.Empty(_source.Opened);
    }

    [Fact]
    public async Task Start_TwoFunctionsOnOneQueue_EachHasItsOwnLimits()
    {
        var queue = _source["tasks"];
        for (var i = 0; i < 8; i++)
        {
            queue.Add($"message {i}");
        }

        var arrivals = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource();
        _invoker.Body = async (_, _) =>
        {
            arrivals.Release();
            await gate.Task;
        };
        await StartAsync(nameof(TestFunctions.TakesString), nameof(TestFunctions.TakesMessage));

        for (var i = 0; i < 8; i++)
        {
            Assert.True(await arrivals.WaitAsync(HangLimit, TestContext.Current.CancellationToken));
        }

        gate.SetResult();
    }

    [Fact]
    public async Task Run_FailsToTheLast_ReachesThePoisonQueuesOwnFunctionAtOnce()
    {
        _invoker.Body = (request, _) => request.BindingData["DequeueCount"] is "2"
            ? Task.FromException(new FormatException("no"))
            : Task.CompletedTask;
        await StartAsync(nameof(TestFunctions.OnPoison));
        var poison = _source["tasks-poison"];
        await CallsUntilAsync(poison, "receive 0");
        await _time.NextWaitAsync();
        poison.TakeCalls();
        var tasks = _source["tasks"];
        tasks.Add("bad", dequeueCount: 1);

        await _listener.StartAsync([TestFunctions.Describe(nameof(TestFunctions.TakesString))], CancellationToken.None);
        await CallsUntilAsync(tasks, "delete");

        // No time has passed: the copy itself woke the listener of the poison queue.
        await CallsUntilAsync(poison, "receive 1");
    }

    [Fact]
    public async Task Stop_FinishedWhileStopping_IsStillDeleted()
    {
        var (queue, gate) = await StartSlowFunctionAsync();

        var stop = _listener.StopAsync(CancellationToken.None);
        gate.SetResult();
        await stop.WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        Assert.Empty(queue.Texts);
    }

    [Fact]
    public async Task Dispose_FunctionEndedAfterTheStopsTime_WaitsUntilItsMessageIsSettled()
    {
        var (queue, gate) = await StartSlowFunctionAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _listener.StopAsync(new CancellationToken(canceled: true)));

        var dispose = _listener.DisposeAsync();
        gate.SetResult();
        await dispose.AsTask().WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        Assert.Empty(queue.Texts);
    }

    private async Task<(MemoryQueue Queue, TaskCompletionSource Gate)> StartSlowFunctionAsync()
    {
        var queue = _source["tasks"];
        queue.Add("slow");
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        _invoker.Body = async (_, _) =>
        {
            started.SetResult();
            await gate.Task;
        };
        await StartAsync(nameof(TestFunctions.TakesString));
        await started.Task.WaitAsync(HangLimit, TestContext.Current.CancellationToken);
        return (queue, gate);
    }

    private static async Task CallsUntilAsync(MemoryQueue queue, string call)
    {
        while (await queue.NextCallAsync() != call)
        {
        }
    }

    private Task StartAsync(params string[] functions) =>
        _listener.StartAsync([.. functions.Select(TestFunctions.Describe)], CancellationToken.None);
}
