using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Observing;

public sealed class TaskObserversTests
{
    private const string Plain = """{"id":"t1","task":"test.echo","payload":{"text":"hi"},"correlationId":"c1","tags":["red"]}""";

    private readonly TaskSimulation _simulation = new();
    private readonly Recorder _first = new();
    private readonly Recorder _second = new();

    [Fact]
    public async Task Task_RetriedThenDone_IsToldInOrder()
    {
        _simulation.Script.Run = context => context.Attempt == 1 ? throw new TimeoutException("slow") : TaskOutcome.Completed;

        await RunAsync();

        Assert.Equal(
            [TaskEventKind.Started, TaskEventKind.Failed, TaskEventKind.Retried, TaskEventKind.Started, TaskEventKind.Succeeded],
            _second.Events.Select(happened => happened.Kind));
        Assert.Equal([1, 1, 1, 2, 2], _second.Events.Select(happened => happened.Attempt));
        var retried = _second.Events[2];
        Assert.Equal((ErrorCategory.Transient, "slow", TimeSpan.FromSeconds(1)), (retried.Category, retried.Reason, retried.Delay));
        Assert.All(_second.Events, happened => Assert.Equal(("t1", "test.echo", "c1", "red"), (happened.Id, happened.Name, happened.CorrelationId, happened.Tags[0])));
    }

    [Fact]
    public async Task Task_ThatFailsForGood_IsToldAsFailedAndDead()
    {
        _simulation.Script.Run = _ => throw new ArgumentException("wrong");

        await RunAsync();

        Assert.Equal([TaskEventKind.Started, TaskEventKind.Failed, TaskEventKind.DeadLettered], _second.Events.Select(happened => happened.Kind));
        Assert.Equal(ErrorCategory.Permanent, _second.Events[2].Category);
    }

    [Theory]
    [InlineData("discard", TaskEventKind.Discarded)]
    [InlineData("expire", TaskEventKind.Expired)]
    [InlineData("revoke", TaskEventKind.Revoked)]
    public async Task Task_OtherEnds_AreTold(string end, TaskEventKind kind)
    {
        _simulation.Script.Run = _ => TaskOutcome.Discard("nothing to do");
        var worker = Worker();
        if (end == "revoke")
        {
            await worker.GetRequiredService<ITaskControl>().RevokeAsync("t1");
        }

        await _simulation.DropAsync(end == "expire" ? """{"id":"t1","task":"test.echo","payload":{"text":"hi"},"expiresAt":"2025-01-01T00:00:00Z"}""" : Plain);
        await _simulation.DrainAsync(worker);

        Assert.Equal(kind, _first.Events[^1].Kind);
        Assert.NotNull(_first.Events[^1].Reason);
    }

    [Fact]
    public async Task Observer_ThatFails_DisturbsNeitherTheTaskNorTheNext()
    {
        _first.Failure = new InvalidOperationException("no");

        await RunAsync();

        Assert.Equal([TaskEventKind.Started, TaskEventKind.Succeeded], _second.Events.Select(happened => happened.Kind));
        Assert.Equal((TaskState.Succeeded, 0), ((await _simulation.FindAsync("t1"))!.State, (await _simulation.FindAsync("t1"))!.Crashes));
    }

    [Fact]
    public async Task End_IsToldAfterItIsStored()
    {
        TaskState? stored = null;
        _first.Seen = async happened =>
        {
            if (happened.Kind == TaskEventKind.Succeeded)
            {
                stored = (await _simulation.FindAsync("t1"))!.State;
            }
        };

        await RunAsync();

        Assert.Equal(TaskState.Succeeded, stored);
    }

    [Fact]
    public async Task End_StoredByAnEarlierDelivery_IsNotToldAgain()
    {
        await RunAsync();
        await _simulation.DropAsync(Plain);
        await _simulation.DrainAsync(Worker());

        Assert.Single(_first.Events, happened => happened.Kind == TaskEventKind.Succeeded);
    }

    [Fact]
    public async Task Send_IsToldBeforehand()
    {
        var sender = Worker().GetRequiredService<IBackgroundTasks>();

        var id = await sender.EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Tags = ["red"] });
        var ids = await sender.EnqueueManyAsync([new EchoTask("a"), new EchoTask("b")]);

        Assert.All(_first.Events, happened => Assert.Equal(TaskEventKind.BeforePublish, happened.Kind));
        Assert.Equal([id, .. ids], _first.Events.Select(happened => happened.Id));
        Assert.Equal(("test.echo", TaskSimulation.Queue, "red"), (_first.Events[0].Name, _first.Events[0].Queue, _first.Events[0].Tags[0]));
    }

    [Fact]
    public async Task Emit_GoesToTheObservers()
    {
        _simulation.Script.RunAsync = async (context, _) =>
        {
            await context.EmitAsync("half-way", 50);
            return TaskOutcome.Completed;
        };

        await RunAsync();

        Assert.Equal((TaskEventKind.Emitted, "half-way", (object)50), (_second.Events[1].Kind, _second.Events[1].Signal, _second.Events[1].Data!));
    }

    [Fact]
    public async Task Progress_ReportedOften_IsStoredEverySomeSecondsAndTold()
    {
        var plan = new FaultPlan();
        var go = new TaskCompletionSource();
        TaskContext? context = null;
        _simulation.Script.RunAsync = async (found, cancellationToken) =>
        {
            context = found;
            await go.Task.WaitAsync(cancellationToken);
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Plain);
        var results = Worker().GetRequiredService<ITaskResults>();
        var run = _simulation.DrainAsync(_simulation.Worker(plan, services => services.AddSingleton<ITaskObserver>(_first)));
        await _simulation.Script.Started.Task;

        for (var at = 1; at <= 100; at++)
        {
            context!.ReportProgress(at / 200.0, $"step {at}");
        }

        await TellAfterAsync(1);
        context!.ReportProgress(0.9);
        context.ReportProgress(7, new string('x', 300));
        await TellAfterAsync(2);
        var key = TaskKeys.ProgressOf("t1");
        var row = await ((ITableStore)_simulation.Storage.Tables).FindAsync(key.Table, key.PartitionKey, key.RowKey, CancellationToken.None);
        var running = await results.FindAsync("t1");
        go.SetResult();
        await run;

        Assert.Equal(new TaskProgress(1, TaskSimulation.Start.AddSeconds(6), 1.0, new string('x', 200)), running!.Progress);
        Assert.Null((await results.FindAsync("t1"))!.Progress);
        Assert.Equal(((object)1.0, 200, 1), (row!.Values["fraction"], row.FindString("message")!.Length, row.GetInt32("attempt")));
        Assert.Equal([0.5, 1.0], _first.Events.Where(happened => happened.Kind == TaskEventKind.Progress).Select(happened => happened.Progress!.Value));
        Assert.Equal(4, plan.Calls.Count(call => call.Name.StartsWith("table.Try", StringComparison.Ordinal)));
    }

    private async Task TellAfterAsync(int count)
    {
        var told = _first.WhenProgress(count);
        _simulation.Time.Advance(TimeSpan.FromSeconds(3));
        await told.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task RunAsync()
    {
        await _simulation.DropAsync(Plain);
        await _simulation.DrainAsync(Worker());
    }

    private IServiceProvider Worker() =>
        _simulation.Worker(configure: services => services.AddSingleton<ITaskObserver>(_first).AddSingleton<ITaskObserver>(_second));

    private sealed class Recorder : ITaskObserver
    {
        private readonly Lock _gate = new();
        private (int Count, TaskCompletionSource Told)? _awaited;

        public List<TaskEvent> Events { get; } = [];

        public Exception? Failure { get; set; }

        public Func<TaskEvent, Task> Seen { get; set; } = _ => Task.CompletedTask;

        public async ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
        {
            await Seen(happened);
            lock (_gate)
            {
                Events.Add(happened);
                if (_awaited is { } awaited && Events.Count(known => known.Kind == TaskEventKind.Progress) >= awaited.Count)
                {
                    awaited.Told.TrySetResult();
                }
            }

            if (Failure is not null)
            {
                throw Failure;
            }
        }

        public Task WhenProgress(int count)
        {
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _awaited = (count, told);
            }

            return told.Task;
        }
    }
}
