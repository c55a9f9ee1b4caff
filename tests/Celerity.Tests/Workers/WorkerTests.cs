using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Celerity.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Workers;

/// <summary>What a worker tells of itself, and how it obeys.</summary>
public sealed class WorkerTests
{
    private const string Plain = """{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""";

    private readonly WorkerBench _bench = new();

    private EchoScript Script => _bench.Simulation.Script;

    [Fact]
    public async Task Heartbeat_TellsWhatRuns_AndCostsOneRequest()
    {
        var plan = new FaultPlan();
        var worker = _bench.Simulation.Worker(plan, services => services.AddSingleton<ILoggerFactory>(new EveryLine()));
        var release = new TaskCompletionSource();
        Script.RunAsync = async (context, _) =>
        {
            context.ReportProgress(0.5, "half");
            for (var line = 1; line <= 6; line++)
            {
                context.Logger.Log(LogLevel.Information, default, line, null, (text, _) => $"line {text} {new string('x', 300)}");
            }

            await release.Task;
            return TaskOutcome.Completed;
        };
        var life = await _bench.BeginAsync(worker);
        await _bench.Simulation.DropAsync(Plain);
        var delivery = _bench.Simulation.DeliverOneAsync(worker);
        await Script.Started.Task.WaitAsync(WorkerBench.Hang);
        var before = plan.Calls.Count(IsWorkers);

        await life.BeatAsync();

        var found = await _bench.FindAsync(life);
        Assert.Equal((WorkerState.Running, _bench.Time.GetUtcNow(), TaskSimulation.Start), (found.State, found.SeenAt, found.StartedAt));
        Assert.Equal((Environment.MachineName, Environment.ProcessId), (found.Host, found.ProcessId));
        var running = Assert.Single(found.Running);
        Assert.Equal(("test.echo", "t1", 1, 0.5, "half", TaskSimulation.Start), (running.Name, running.Id, running.Attempt, running.Progress, running.Message, running.Since));
        Assert.Equal(5, running.LastLines.Count);
        Assert.StartsWith("00:00:00 Information: line 2 xxx", running.LastLines[0], StringComparison.Ordinal);
        Assert.All(running.LastLines, line => Assert.Equal(200, line.Length));
        Assert.Equal(before + 1, plan.Calls.Count(IsWorkers));
        release.SetResult();
        await delivery;
        await life.BeatAsync();
        found = await _bench.FindAsync(life);
        Assert.Equal((1, 0), (found.TasksRun, found.Running.Count));

        static bool IsWorkers(SeamCall call) => call.Name.Contains(StorageNames.WorkersTable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_AreCounted()
    {
        var worker = _bench.Worker();
        Script.Run = _ => throw new InvalidOperationException("no");
        var life = await _bench.BeginAsync(worker);
        await _bench.Simulation.DropAsync(Plain);
        await _bench.Simulation.DeliverOneAsync(worker);
        await life.BeatAsync();

        Assert.Equal((1, 1), ((await _bench.FindAsync(life)).TasksRun, (await _bench.FindAsync(life)).TasksFailed));
    }

    [Fact]
    public async Task Row_OfNoHeartbeat_IsLostAfterThree_AndDroppedAfterADay()
    {
        var dead = _bench.Worker();
        using var stopped = new CancellationTokenSource();
        var waits = _bench.Time.WhenTimerOf(WorkerRow.BeatInterval);
        var heart = dead.GetRequiredService<WorkerHeart>().RunAsync(stopped.Token);
        await waits.WaitAsync(WorkerBench.Hang);
        await stopped.CancelAsync();
        await heart;
        var others = _bench.Worker();

        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(WorkerState.Running, await StateAsync());
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkerState.Lost, await StateAsync());
        var expiry = new WorkerExpiry(_bench.Simulation.Storage.Tables, _bench.Time);
        await expiry.RunAsync(CancellationToken.None);
        Assert.Equal(WorkerState.Lost, await StateAsync());
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await expiry.RunAsync(CancellationToken.None);
        Assert.Empty(await others.GetRequiredService<IWorkers>().ListAsync(TestContext.Current.CancellationToken));

        async Task<WorkerState> StateAsync() => Assert.Single(await others.GetRequiredService<IWorkers>().ListAsync(TestContext.Current.CancellationToken)).State;
    }

    [Fact]
    public async Task Drain_HandsOverWhatComes_AtNoAttempt_AndLetsRunWhatRuns()
    {
        var worker = _bench.Worker();
        var life = await _bench.BeginAsync(worker);
        var (running, release) = await BeginTaskAsync(worker);

        await Workers().DrainAsync(life.Id, "a new version", TestContext.Current.CancellationToken);
        await life.BeatAsync();
        Assert.Equal((WorkerState.Draining, "a new version"), ((await _bench.FindAsync(life)).State, (await _bench.FindAsync(life)).Reason));
        await _bench.Simulation.DropAsync(Plain.Replace("t1", "t2", StringComparison.Ordinal));
        var held = _bench.Time.WhenTimerOf(Intake.Hold);
        var delivery = _bench.Simulation.DeliverOneAsync(worker);
        await held.WaitAsync(WorkerBench.Hang);
        _bench.Time.Advance(Intake.Hold);
        await delivery.WaitAsync(WorkerBench.Hang, TestContext.Current.CancellationToken);
        release.SetResult();
        await running;

        var put = (await _bench.Simulation.FindAsync("t2"))!;
        Assert.Equal((TaskState.Deferred, 1, 1, 0), (put.State, put.Seq, put.Attempt, put.Crashes));
        Assert.Equal(TaskState.Succeeded, (await _bench.Simulation.FindAsync("t1"))!.State);
        Assert.Null(await _bench.Simulation.ReceiveAsync());
        _bench.Time.Advance(Intake.HandoverDelay);
        Script.RunAsync = null;
        await _bench.Simulation.DrainAsync(_bench.Worker());
        Assert.Equal((TaskState.Succeeded, 1), ((await _bench.Simulation.FindAsync("t2"))!.State, (await _bench.Simulation.FindAsync("t2"))!.Attempt));
        Assert.False(life.Heart.IsCompleted);
    }

    [Fact]
    public async Task Recycle_Ordered_EndsTheProcessOnceNothingRuns()
    {
        var worker = _bench.Worker();
        var life = await _bench.BeginAsync(worker);
        var (running, release) = await BeginTaskAsync(worker);

        await Workers().RecycleAsync(life.Id, "it leaks", TestContext.Current.CancellationToken);
        await life.BeatAsync();
        Assert.Equal(WorkerState.Recycling, (await _bench.FindAsync(life)).State);
        Assert.False(life.Heart.IsCompleted);
        release.SetResult();
        await running;

        Assert.True(await life.Heart.WaitAsync(WorkerBench.Hang));
        await life.StopAsync();
        Assert.Equal((WorkerState.Stopped, "it leaks"), ((await _bench.FindAsync(life)).State, (await _bench.FindAsync(life)).Reason));
    }

    [Fact]
    public async Task Recycle_SomethingThatDoesNotEnd_WaitsForTheGraceAndNoLonger()
    {
        var worker = _bench.Worker(new WorkerOptions { RecycleAfterTasks = 1, RecycleGrace = TimeSpan.FromSeconds(10) });
        Script.RunAsync = async (context, token) =>
        {
            await (context.Id == "t2" ? Task.Delay(Timeout.InfiniteTimeSpan, _bench.Time, token) : Task.CompletedTask);
            return TaskOutcome.Completed;
        };
        var life = await _bench.BeginAsync(worker);
        await _bench.Simulation.DropAsync(Plain);
        await _bench.Simulation.DeliverOneAsync(worker);
        await _bench.Simulation.DropAsync(Plain.Replace("t1", "t2", StringComparison.Ordinal));
        using var stopping = new CancellationTokenSource();
        var item = (await _bench.Simulation.ReceiveAsync())!;
        var running = TaskSimulation.RunAsync(worker, item, stopping.Token);

        await life.BeatAsync();
        Assert.Equal((WorkerState.Recycling, "It has run 1 tasks; RecycleAfterTasks is 1."), ((await _bench.FindAsync(life)).State, (await _bench.FindAsync(life)).Reason));
        Assert.False(life.Heart.IsCompleted);
        await life.BeatAsync();

        Assert.True(await life.Heart.WaitAsync(WorkerBench.Hang));
        await stopping.CancelAsync();
        await running.WaitAsync(WorkerBench.Hang);
        Assert.Equal((TaskState.Enqueued, 1), ((await _bench.Simulation.FindAsync("t2"))!.State, (await _bench.Simulation.FindAsync("t2"))!.Attempt));
    }

    [Fact]
    public async Task Order_IsNotOverwrittenByAHeartbeat_WhateverTheStorageDoes()
    {
        var record = new FaultPlan();
        await ObeyAsync(record);
        foreach (var plan in FaultPlan.ForEach([.. record.Calls.Where(call => call.Name.Contains(StorageNames.WorkersTable, StringComparison.Ordinal))], FaultKind.LostRequest, FaultKind.LostReply))
        {
            Assert.Equal(WorkerState.Draining, await ObeyAsync(plan));
            Assert.True(plan.HasFired, plan.ToString());
        }

        static async Task<WorkerState> ObeyAsync(FaultPlan plan)
        {
            var bench = new WorkerBench();
            var life = await bench.BeginAsync(bench.Worker(plan: plan));
            await life.BeatAsync();
            await bench.Simulation.Worker().GetRequiredService<IWorkers>().DrainAsync(life.Id, "why not", TestContext.Current.CancellationToken);
            await life.BeatAsync();
            await life.BeatAsync();
            return (await bench.FindAsync(life)).State;
        }
    }

    [Fact]
    public async Task Order_ToNobody_IsRefused()
    {
        var life = await _bench.BeginAsync(_bench.Worker());

        await AssertRefusedAsync(ErrorCodes.UnknownWorker, "nobody", "why not");
        await AssertRefusedAsync(ErrorCodes.BadRequestBody, life.Id, "");
        await AssertRefusedAsync(ErrorCodes.BadRequestBody, life.Id, new string('x', 201));
        await life.StopAsync();
        await AssertRefusedAsync(ErrorCodes.WorkerGone, life.Id, "why not");

        async Task AssertRefusedAsync(string code, string id, string reason) =>
            Assert.Equal(code, (await Assert.ThrowsAsync<CelerityException>(() => Workers().RecycleAsync(id, reason, TestContext.Current.CancellationToken))).Code);
    }

    // A task that runs until it is let go.
    private async Task<(Task Delivery, TaskCompletionSource Release)> BeginTaskAsync(IServiceProvider worker)
    {
        var release = new TaskCompletionSource();
        Script.RunAsync = async (_, _) =>
        {
            await release.Task;
            return TaskOutcome.Completed;
        };
        await _bench.Simulation.DropAsync(Plain);
        var delivery = _bench.Simulation.DeliverOneAsync(worker);
        await Script.Started.Task.WaitAsync(WorkerBench.Hang);
        return (delivery, release);
    }

    private IWorkers Workers() => _bench.Simulation.Worker().GetRequiredService<IWorkers>();

    private sealed class EveryLine : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
