using Celerity.Storage;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Results;

public sealed class TaskResultsTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly TaskSimulation _simulation = new();
    private readonly IServiceProvider _worker;

    public TaskResultsTests() => _worker = _simulation.Worker();

    private ITaskResults Results => _worker.GetRequiredService<ITaskResults>();

    private IBackgroundTasks Tasks => _worker.GetRequiredService<IBackgroundTasks>();

    [Fact]
    public async Task Find_TaskThroughItsLife_TellsStateAndTimings()
    {
        var sent = _simulation.Time.GetUtcNow();
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Delay = TimeSpan.FromMinutes(1), CorrelationId = "c" });
        Assert.Equal(TaskState.Scheduled, (await Results.FindAsync(id))!.State);

        _simulation.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TaskState.Enqueued, (await Results.FindAsync(id))!.State);

        await _simulation.DrainAsync(_worker);
        var task = (await Results.FindAsync(id))!;
        Assert.Equal(
            (TaskState.Succeeded, "test.echo", TaskSimulation.Queue, 1, "c"),
            (task.State, task.Task, task.Queue, task.Attempt, task.CorrelationId));
        Assert.Equal((sent, sent.AddMinutes(1), sent.AddMinutes(2), sent.AddMinutes(2)), (task.SentAt, task.DueAt, task.StartedAt, task.EndedAt));
        Assert.Equal(sent.AddMinutes(2).AddDays(7), task.ResultExpiresAt);
        Assert.Equal("done", task.Result!.Value.GetString());
    }

    [Fact]
    public async Task Find_DeadLetter_TellsItsFailures()
    {
        _simulation.Script.Run = _ => throw new InvalidOperationException("no");
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));

        await _simulation.DrainAsync(_worker);

        var task = (await Results.FindAsync(id))!;
        Assert.Equal((TaskState.DeadLettered, 2, ErrorCategory.Transient), (task.State, task.Attempt, task.Category));
        Assert.Equal([(1, "no"), (2, "no")], task.Failures.Select(failure => (failure.Attempt, failure.Message)));
    }

    [Fact]
    public async Task Find_IdThatIsThePrefixOfAnother_IsNotMixedUp()
    {
        await _simulation.DropAsync("""{"id":"t:d","task":"test.echo","payload":{"text":"hi"}}""");
        await _simulation.DrainAsync(_worker);

        Assert.Null(await Results.FindAsync("t"));
        Assert.NotNull(await Results.FindAsync("t:d"));
        Assert.Null(await Results.FindAsync(new string('x', 5000)));
    }

    [Fact]
    public async Task GetResult_LargeResult_ComesFromItsBlob()
    {
        var large = new string('x', 100_000);
        _simulation.Script.Run = _ => TaskOutcome.CompletedWith(large);
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));

        await _simulation.DrainAsync(_worker);

        Assert.Equal(large, await Results.GetResultAsync<string>(id, TimeSpan.Zero));
        Assert.Single(_simulation.Storage.Blobs.List(StorageNames.ResultsContainer));
    }

    [Fact]
    public async Task GetResult_TaskEndsInThisProcess_WakesAtOnce()
    {
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));
        var wait = Results.GetResultAsync<string>(id, TimeSpan.FromMinutes(1));

        await _simulation.DrainAsync(_worker);

        // Time stands still: nothing but the signal can end the wait.
        Assert.Equal("done", await wait.WaitAsync(Hang));
    }

    [Fact]
    public async Task GetResult_TaskEndsInAnotherProcess_IsSeenByTheNextLook()
    {
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));
        var looks = _simulation.Time.WhenTimerOf(TimeSpan.FromMilliseconds(50));
        var wait = Results.GetResultAsync<string>(id, TimeSpan.FromMinutes(1));
        await looks.WaitAsync(Hang);

        await _simulation.DrainAsync(_simulation.Worker());
        Assert.False(wait.IsCompleted);
        _simulation.Time.Advance(TimeSpan.FromMilliseconds(50));

        Assert.Equal("done", await wait.WaitAsync(Hang));
    }

    [Fact]
    public async Task GetResult_NotEndedUnknownOrFailed_SaysSoByCode()
    {
        _simulation.Script.Run = _ => TaskOutcome.DeadLetter("never");
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));

        var open = await Assert.ThrowsAsync<CelerityException>(() => Results.GetResultAsync<string>(id, TimeSpan.Zero));
        var unknown = await Assert.ThrowsAsync<CelerityException>(() => Results.GetResultAsync<string>("nobody", TimeSpan.Zero));
        await _simulation.DrainAsync(_worker);
        var failed = await Assert.ThrowsAsync<TaskNotSucceededException>(() => Results.GetResultAsync<string>(id, TimeSpan.Zero));

        Assert.Equal(("CEL0211", "CEL0210", "CEL0212"), (open.Code, unknown.Code, failed.Code));
        Assert.Equal(("never", TaskState.DeadLettered), (failed.Task.Reason, failed.Task.State));
    }

    [Fact]
    public async Task GetResult_WrongTypeOrExpired_SaysSoByCode()
    {
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));
        await _simulation.DrainAsync(_worker);

        Assert.Equal("CEL0214", (await Assert.ThrowsAsync<CelerityException>(() => Results.GetResultAsync<int>(id, TimeSpan.Zero))).Code);
        _simulation.Time.Advance(TimeSpan.FromDays(7));

        Assert.Equal("CEL0213", (await Assert.ThrowsAsync<CelerityException>(() => Results.GetResultAsync<string>(id, TimeSpan.Zero))).Code);
        Assert.Null((await Results.FindAsync(id))!.Result);
    }

    [Fact]
    public async Task Wait_TimeIsUp_ReturnsTheTaskAsItIs()
    {
        var id = await Tasks.EnqueueAsync(new EchoTask("hi"));
        var looks = _simulation.Time.WhenTimerOf(TimeSpan.FromMilliseconds(10));
        var wait = Results.WaitAsync(id, TimeSpan.FromMilliseconds(10));
        await looks.WaitAsync(Hang);
        _simulation.Time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(TaskState.Enqueued, (await wait.WaitAsync(Hang))!.State);
    }
}
