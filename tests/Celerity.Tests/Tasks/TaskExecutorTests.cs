using System.Text;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Wire;
using Xunit;

namespace Celerity.Tests.Tasks;

public sealed class TaskExecutorTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private const string Plain = """{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""";

    private readonly TaskSimulation _simulation = new();

    [Theory]
    [InlineData("test.echo", 1, 1)]
    [InlineData("test.result", 1, 0)]
    [InlineData("test.none", 0, 0)]
    public async Task Task_ThatSucceeds_CostsWhatItsTrackingSays(string task, int inserts, int replaces)
    {
        var plan = new FaultPlan();
        await _simulation.DropAsync($$"""{"id":"t1","task":"{{task}}","payload":{"text":"hi"} }""");

        await _simulation.DrainAsync(_simulation.Worker(plan));

        // Revocations and the board are read every few seconds, not for a task.
        Assert.Equal(2, plan.Calls.Count(call => call.Name == $"table.Query {StorageNames.ControlTable}"));
        var calls = plan.Calls.Where(call => call.Name.StartsWith("table", StringComparison.Ordinal) && !call.Name.EndsWith(StorageNames.ControlTable, StringComparison.Ordinal)).ToList();
        Assert.Equal(inserts + replaces, calls.Count);
        Assert.Equal(replaces, calls.Count(call => call.Name.StartsWith("table.TryReplace", StringComparison.Ordinal)));
        Assert.Equal(inserts, _simulation.Storage.Tables.Count(StorageNames.TasksTable));
    }

    [Theory]
    [InlineData("test.result")]
    [InlineData("test.none")]
    public async Task UntrackedTask_ThatKillsItsProcess_EndsAsCrashedByItsFifthDelivery(string task)
    {
        await _simulation.DropAsync($$"""{"id":"t1","task":"{{task}}","payload":{"text":"hi"} }""");
        for (var death = 0; death < 4; death++)
        {
            var plan = new FaultPlan();
            _simulation.Script.Run = _ =>
            {
                plan.Kill("in the handler");
                throw new ProcessKilledException("in the handler");
            };
            await Assert.ThrowsAsync<ProcessKilledException>(() => _simulation.DeliverOneAsync(_simulation.Worker(plan)));
            _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        }

        Assert.True(await _simulation.DeliverOneAsync(_simulation.Worker()));

        Assert.Equal(4, _simulation.Script.Runs.Count);
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        var dead = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Equal(nameof(ErrorCategory.Crashed), dead.FindString("category"));
        Assert.Equal(3, dead.GetInt32("crashes"));
    }

    [Fact]
    public async Task Task_OverItsTimeLimitAndStops_IsRetriedAsTimedOut()
    {
        _simulation.Script.RunAsync = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Time, cancellationToken);
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Plain);

        await RunWhileAsync(() =>
        {
            _simulation.Time.Advance(TimeSpan.FromSeconds(600));
            return Task.CompletedTask;
        });

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.Retrying, 2), (row!.State, row.Attempt));
        Assert.Equal(ErrorCategory.TimedOut, Assert.Single(row.Failures).Category);
    }

    [Fact]
    public async Task Task_OverItsTimeLimitThatDoesNotStop_IsLeftBehindAndFenced()
    {
        var release = new TaskCompletionSource();
        _simulation.Script.RunAsync = async (_, _) =>
        {
            await release.Task;
            return TaskOutcome.CompletedWith("too late");
        };
        await _simulation.DropAsync(Plain);

        await RunWhileAsync(async () =>
        {
            var grace = _simulation.Time.WhenTimerOf(TaskAttempt.Grace);
            _simulation.Time.Advance(TimeSpan.FromSeconds(600));
            await grace.WaitAsync(Hang, TestContext.Current.CancellationToken);
            _simulation.Time.Advance(TaskAttempt.Grace);
        });
        release.SetResult();
        _simulation.Script.RunAsync = null;
        await _simulation.DrainAsync(_simulation.Worker());

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.Succeeded, 2, "\"done\""), (row!.State, row.Attempt, row.Ending!.Result));
    }

    [Fact]
    public async Task Task_WhoseAppStops_IsHandedOverAtNoAttempt()
    {
        using var stopping = new CancellationTokenSource();
        _simulation.Script.RunAsync = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Time, cancellationToken);
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Plain);

        await RunWhileAsync(stopping.CancelAsync, stopping.Token);

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.Enqueued, 1, 1, 0), (row!.State, row.Seq, row.Attempt, row.Crashes));
        Assert.Null(row.Claim);
        Assert.Empty(row.Failures);
    }

    [Fact]
    public async Task Message_ReceivedWhileTheAppStops_IsHandedOverUnrun()
    {
        await _simulation.DropAsync(Plain);
        var item = (await _simulation.ReceiveAsync())!;

        await TaskSimulation.RunAsync(_simulation.Worker(), item, new CancellationToken(canceled: true));

        Assert.Empty(_simulation.Script.Runs);
        Assert.Equal((1, 1), ((await _simulation.FindAsync("t1"))!.Seq, (await _simulation.FindAsync("t1"))!.Attempt));
    }

    [Fact]
    public async Task Task_FinishedAlthoughTheAppStops_Counts()
    {
        using var stopping = new CancellationTokenSource();
        _simulation.Script.Run = _ =>
        {
            stopping.Cancel();
            return TaskOutcome.Completed;
        };
        await _simulation.DropAsync(Plain);

        await TaskSimulation.RunAsync(_simulation.Worker(), (await _simulation.ReceiveAsync())!, stopping.Token);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
    }

    [Fact]
    public async Task Message_AsLargeAsAQueueTakes_CanStillBeHandedOver()
    {
        _simulation.Script.Run = context => context.Attempt == 1 ? throw new InvalidOperationException(new string('x', 5000)) : TaskOutcome.Completed;
        var body = $$"""{"id":"t1","task":"test.echo","payload":{"text":"{{new string('å', 32_000)}}"} }""";
        Assert.InRange(Encoding.UTF8.GetByteCount(body), 64_000, QueueLimits.MessageBytes);
        await _simulation.DropAsync(body);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Equal(new string('å', 32_000), _simulation.Script.LastText);
    }

    [Fact]
    public async Task Task_WhosePayloadBlobIsGone_IsDeadWithThatCause()
    {
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payloadRef":"gone"}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Contains("CEL0209", Assert.Single(await _simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Result_ThatDoesNotFitARow_GoesToABlob()
    {
        _simulation.Script.Run = _ => TaskOutcome.CompletedWith(new string('x', 100_000));
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        var ending = (await _simulation.FindAsync("t1"))!.Ending!;
        Assert.Null(ending.Result);
        Assert.Equal(ending.ResultBlob, Assert.Single(_simulation.Storage.Blobs.List(StorageNames.ResultsContainer)));
    }

    [Fact]
    public async Task Result_ThatIsNoJson_IsADeadLetterAtOnce()
    {
        _simulation.Script.Run = _ => TaskOutcome.CompletedWith(new Loop());
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Single(_simulation.Script.Runs);
        Assert.Contains("CEL0207", Assert.Single(await _simulation.DeadLettersAsync()).FindString("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_NotYetDue_IsPutBackAtNoAttempt()
    {
        var eta = _simulation.Time.GetUtcNow().AddDays(6.5);
        await _simulation.DropAsync($$"""{"id":"t1","task":"test.echo","payload":{"text":"hi"},"eta":"{{eta:O}}"}""");
        _simulation.Script.Run = _ =>
        {
            Assert.InRange(_simulation.Time.GetUtcNow(), eta.AddSeconds(-1), DateTimeOffset.MaxValue);
            return TaskOutcome.Completed;
        };

        await _simulation.DrainAsync(_simulation.Worker());

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.Succeeded, 1), (row!.State, row.Attempt));
        Assert.Equal(2, row.Seq);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100 * 24 * 3600)]
    public async Task Snooze_ForAnyTime_IsBroughtIntoRange(int seconds)
    {
        _simulation.Script.Run = _ => _simulation.Script.Runs.Count == 1 ? TaskOutcome.Snooze(TimeSpan.FromSeconds(seconds)) : TaskOutcome.Completed;
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
    }

    [Fact]
    public async Task Discard_EndsWithItsReason()
    {
        _simulation.Script.Run = _ => TaskOutcome.Discard("nothing to do");
        await _simulation.DropAsync(Plain);

        await _simulation.DrainAsync(_simulation.Worker());

        var row = await _simulation.FindAsync("t1");
        Assert.Equal((TaskState.Discarded, "nothing to do"), (row!.State, row.Ending!.Reason));
        Assert.Empty(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task Throttled_WaitsWhatTheOtherSideSaid()
    {
        _simulation.Script.Run = context => context.Attempt == 1 ? throw new ThrottledException("slow down", TimeSpan.FromMinutes(5)) : TaskOutcome.Completed;
        await _simulation.DropAsync(Plain);
        var worker = _simulation.Worker();
        await _simulation.DeliverOneAsync(worker);

        _simulation.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.False(await _simulation.DeliverOneAsync(worker));
        _simulation.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _simulation.DeliverOneAsync(worker));

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
    }

    [Fact]
    public async Task Celery_PositionalArguments_AreNamedByTheConstructor()
    {
        await _simulation.DropAsync("""{"body":"[[\"from celery\"],{},{}]","headers":{"task":"test.echo","id":"t1"}}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal("from celery", _simulation.Script.LastText);
    }

    [Fact]
    public async Task Pack_WithOneThatFailsAndOneUndecodable_TheOthersEndInOnePass()
    {
        await _simulation.DropAsync(
            """{"batch":[{"id":"t1","task":"test.echo","payload":{"text":"a"}},{"no":"task"},{"id":"t2","task":"test.echo","payload":{"text":"b"}},{"id":"t3","task":"test.echo","payload":{"text":"c"}}]}""");
        _simulation.Script.Run = context => context is { Id: "t2", Attempt: 1 } ? TaskOutcome.Retry() : TaskOutcome.Completed;
        var worker = _simulation.Worker();

        await _simulation.DeliverOneAsync(worker);

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t3"))!.State);
        Assert.Equal(nameof(ErrorCategory.Undecodable), Assert.Single(await _simulation.DeadLettersAsync()).FindString("category"));
        var left = Assert.Single(_simulation.Storage.Queues.Peek(TaskSimulation.Queue));
        var task = Assert.Single(MessageCodec.Decode(Encoding.UTF8.GetBytes(left.Body), "m").Tasks);
        Assert.Equal(("t2", 1, 2), (task.Id, task.Seq, task.Attempt));
    }

    [Fact]
    public async Task DeadLetter_ShowsEveryAttemptItsHostAndThePayload()
    {
        _simulation.Script.Run = context => throw new InvalidOperationException($"attempt {context.Attempt}");
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"},"correlationId":"c1","headers":{"tenant":"x"}}""");

        await _simulation.DrainAsync(_simulation.Worker());

        var dead = Assert.Single(await _simulation.DeadLettersAsync());
        var task = Assert.Single(MessageCodec.Decode(dead.FindBytes("body"), "m").Tasks);
        Assert.Equal(("t1", "x", """{"text":"hi"}"""), (task.Id, task.Headers["tenant"], task.Payload!.Value.GetRawText()));
        Assert.Equal(Environment.MachineName, dead.FindString("host"));
        var failures = Celerity.Retry.FailureHistory.Read(dead.FindString("failures"));
        Assert.Equal(["attempt 1", "attempt 2"], failures.Select(failure => failure.Message));
        Assert.Contains(nameof(TaskExecutorTests), failures[^1].Stack, StringComparison.Ordinal);
    }

    // Starts a pass and does something once its handler runs.
    private async Task RunWhileAsync(Func<Task> act, CancellationToken stopping = default)
    {
        var item = (await _simulation.ReceiveAsync())!;
        var pass = TaskSimulation.RunAsync(_simulation.Worker(), item, stopping);
        await _simulation.Script.Started.Task.WaitAsync(Hang, TestContext.Current.CancellationToken);
        await act();
        await pass.WaitAsync(Hang, TestContext.Current.CancellationToken);
        await _simulation.Queues.TryDeleteAsync(TaskSimulation.Queue, item, CancellationToken.None);
    }

    private sealed class Loop
    {
        public Loop Self => this;
    }
}
