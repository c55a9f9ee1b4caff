using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Observing;

/// <summary>Observers hear of chunks as they hear of tasks.</summary>
public sealed class ChunkObserverTests : ITaskObserver
{
    private readonly StageSimulation _simulation = new(StageBench.Csv("n\n1\n2\n3\n4\n"), StageBench.Source(1));
    private readonly List<TaskEvent> _events = [];

    [Fact]
    public async Task Chunks_ThatSucceedAreRetriedAndDie_AreToldInOrder()
    {
        var failed = false;
        _simulation.Poison = number =>
        {
            if (number == 2 && !failed)
            {
                failed = true;
                throw new TimeoutException("slow");
            }

            if (number == 4)
            {
                throw new ArgumentException("wrong");
            }
        };

        await RunAsync();

        Assert.Equal([TaskEventKind.Started, TaskEventKind.Succeeded], KindsOf(0));
        Assert.Equal([TaskEventKind.Started, TaskEventKind.Failed, TaskEventKind.Retried, TaskEventKind.Started, TaskEventKind.Succeeded], KindsOf(1));
        Assert.Equal([TaskEventKind.Started, TaskEventKind.Failed, TaskEventKind.DeadLettered], KindsOf(3));
        var retried = Assert.Single(_events, happened => happened.Kind == TaskEventKind.Retried);
        Assert.Equal((1, ErrorCategory.Transient, "slow"), (retried.Attempt, retried.Category, retried.Reason));
        Assert.InRange(retried.Delay!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal([1, 1, 1, 2, 2], _events.Where(happened => happened.Id == IdOf(1)).Select(happened => happened.Attempt));
        var dead = Assert.Single(_events, happened => happened.Kind == TaskEventKind.DeadLettered);
        Assert.Equal((ErrorCategory.Permanent, "wrong"), (dead.Category, dead.Reason));
        Assert.All(_events, happened => Assert.Equal(
            (nameof(SumStage), _simulation.Key.Run, StorageNames.ChunksQueue), (happened.Name, happened.CorrelationId, happened.Queue)));
    }

    [Fact]
    public async Task Chunks_WhoseMessagesAreLost_AreToldAsDead()
    {
        var worker = Worker();
        await _simulation.PlanAsync(worker);
        await _simulation.PublishAsync(worker);
        var state = WatchState.Start;
        for (var look = 0; look < 400 && _events.Count == 0; look++)
        {
            state = (await _simulation.WatchAsync(worker, state)).State;
            _simulation.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal([TaskEventKind.Failed, TaskEventKind.DeadLettered], KindsOf(0));
        Assert.All(_events, happened => Assert.Equal(ErrorCategory.Lost, happened.Category));
    }

    public ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
    {
        _events.Add(happened);
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync()
    {
        var worker = Worker();
        await _simulation.PlanAsync(worker);
        await _simulation.PublishAsync(worker);
        await _simulation.DrainAsync(worker);
    }

    private ServiceProvider Worker() => _simulation.Worker(configure: services => services.AddSingleton<ITaskObserver>(this));

    private string IdOf(int chunk) => _simulation.Key.ChunkId(chunk);

    private IEnumerable<TaskEventKind> KindsOf(int chunk) => _events.Where(happened => happened.Id == IdOf(chunk)).Select(happened => happened.Kind);
}
