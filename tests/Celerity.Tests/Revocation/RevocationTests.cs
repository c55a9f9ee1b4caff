using Celerity.Revocation;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Revocation;

/// <summary>Tasks that were revoked end as revoked, wherever they are, and no others do.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly TaskSimulation _simulation = new();

    [Theory]
    [InlineData("test.echo")]
    [InlineData("test.result")]
    [InlineData("test.none")]
    public async Task RevokeById_WaitingTask_EndsItUnrun(string task)
    {
        await DropAsync("t1", task: task);
        await DropAsync("t2", task: task);

        await Control().RevokeAsync("t1");
        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(["t2"], _simulation.Script.Runs.Select(run => run.Id));
        var row = await _simulation.FindAsync("t1");
        Assert.Equal(TaskState.Revoked, row!.State);
        Assert.StartsWith("It was revoked at", row.Ending!.Reason, StringComparison.Ordinal);
        Assert.Empty(await _simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task RevokeByTag_OnlyWhatWasSentBefore_IsRevoked()
    {
        await DropAsync("early", tags: "red");
        await DropAsync("other", tags: "blue");
        _simulation.Time.Advance(TimeSpan.FromSeconds(1));
        await Control().RevokeTagAsync("red");
        _simulation.Time.Advance(TimeSpan.FromSeconds(1));
        await DropAsync("late", tags: "red");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal([TaskState.Revoked, TaskState.Succeeded, TaskState.Succeeded], await StatesAsync("early", "other", "late"));
    }

    [Fact]
    public async Task RevokeByName_OnlyThatTaskSentBefore_IsRevoked()
    {
        await DropAsync("early");
        await DropAsync("other", task: "test.result");
        await Control().RevokeTaskAsync("TEST.echo");
        _simulation.Time.Advance(TimeSpan.FromSeconds(1));
        await DropAsync("late");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal([TaskState.Revoked, TaskState.Succeeded, TaskState.Succeeded], await StatesAsync("early", "other", "late"));
    }

    [Fact]
    public async Task RevokeByName_UnknownTask_IsRefused() =>
        Assert.Equal(ErrorCodes.UnknownTask, (await Assert.ThrowsAsync<CelerityException>(() => Control().RevokeTaskAsync("no.such"))).Code);

    [Fact]
    public async Task Revoke_TaskThatIsNotDue_EndsItAtItsNextDelivery()
    {
        await _simulation.DropAsync($$"""{"id":"t1","task":"test.echo","payload":{"text":"hi"},"eta":"2026-02-01T00:00:00Z"}""");
        await Control().RevokeAsync("t1");

        Assert.True(await _simulation.DeliverOneAsync(_simulation.Worker()));

        Assert.Equal([TaskState.Revoked], await StatesAsync("t1"));
        Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
    }

    [Fact]
    public async Task RevokeByName_StrangersTaskThatIsRetried_CountsFromItsFirstMessage()
    {
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""");
        _simulation.Script.Run = context => TaskOutcome.Retry();
        var worker = _simulation.Worker();
        var item = (await _simulation.ReceiveAsync())!;
        var inserted = _simulation.Time.GetUtcNow();
        await worker.GetRequiredService<TaskExecutor>().RunAsync(
            new TaskDelivery(System.Text.Encoding.UTF8.GetBytes(item.Body), item.MessageId, item.DequeueCount, TaskSimulation.Queue) { InsertedAt = inserted },
            CancellationToken.None);
        await _simulation.Queues.TryDeleteAsync(TaskSimulation.Queue, item, CancellationToken.None);
        await Control().RevokeTaskAsync("test.echo");
        _simulation.Time.Advance(TimeSpan.FromMinutes(1));

        await _simulation.DrainAsync(worker);

        Assert.Single(_simulation.Script.Runs);
        Assert.Equal([TaskState.Revoked], await StatesAsync("t1"));
    }

    [Fact]
    public async Task Revoke_RunningTask_IsAskedToStopWithinSecondsAndEndsAsRevoked()
    {
        var reason = TaskStopReason.None;
        _simulation.Script.RunAsync = async (context, cancellationToken) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _simulation.Time, cancellationToken);
            }
            finally
            {
                reason = context.StopReason;
            }

            return TaskOutcome.Completed;
        };
        await DropAsync("t1");
        var run = _simulation.DeliverOneAsync(_simulation.Worker());
        await _simulation.Script.Started.Task.WaitAsync(Hang);

        await Control().RevokeAsync("t1");
        _simulation.Time.Advance(TimeSpan.FromSeconds(9));
        await run.WaitAsync(Hang);

        Assert.Equal(TaskStopReason.Revoked, reason);
        Assert.Equal([TaskState.Revoked], await StatesAsync("t1"));
    }

    [Fact]
    public async Task Revoke_TaskThatHasEnded_StaysAsItIs()
    {
        await DropAsync("t1");
        await _simulation.DrainAsync(_simulation.Worker());

        await Control().RevokeAsync("t1");
        await DropAsync("t1");
        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal([TaskState.Succeeded], await StatesAsync("t1"));
    }

    [Fact]
    public async Task RulesAndBoard_AreReadOnceInSeconds_NotForEachTask()
    {
        var plan = new FaultPlan();
        var worker = _simulation.Worker(plan);
        for (var at = 0; at < 50; at++)
        {
            await DropAsync($"t{at}");
        }

        for (var at = 0; at < 25; at++)
        {
            await _simulation.DeliverOneAsync(worker);
        }

        Assert.Equal(2, Reads(plan));
        _simulation.Time.Advance(Revocations.MaxAge);
        await _simulation.DrainAsync(worker);
        Assert.Equal(4, Reads(plan));
    }

    [Fact]
    public async Task Rules_OfAnotherProcess_CountWithinSeconds()
    {
        var worker = _simulation.Worker();
        await DropAsync("t1");
        await _simulation.DeliverOneAsync(worker);
        await Control().RevokeAsync("t2");
        await DropAsync("t2");

        _simulation.Time.Advance(Revocations.MaxAge);
        await _simulation.DeliverOneAsync(worker);

        Assert.Equal([TaskState.Succeeded, TaskState.Revoked], await StatesAsync("t1", "t2"));
    }

    [Fact]
    public async Task Rules_AreKeptLongerThanAnyTaskWaits_AndThenDeleted()
    {
        var store = new RevocationStore(_simulation.Storage.Tables, _simulation.Time);
        await Control().RevokeAsync("t1");

        _simulation.Time.Advance(RevocationStore.KeepFor - TimeSpan.FromSeconds(1));
        await store.RunAsync(CancellationToken.None);
        Assert.Equal(1, _simulation.Storage.Tables.Count(StorageNames.ControlTable));
        _simulation.Time.Advance(TimeSpan.FromSeconds(2));
        await store.RunAsync(CancellationToken.None);

        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.ControlTable));
    }

    [Fact]
    public async Task Purge_EndsWhatWaitsAndKeepsWhatComesAfter()
    {
        for (var at = 0; at < 40; at++)
        {
            await DropAsync($"t{at}");
        }

        await DropAsync("future", sentAt: _simulation.Time.GetUtcNow() + TimeSpan.FromMinutes(1));
        var worker = _simulation.Worker();

        Assert.Equal(40, await worker.GetRequiredService<ITaskControl>().PurgeAsync(TaskSimulation.Queue));

        Assert.All(await StatesAsync([.. Enumerable.Range(0, 40).Select(at => $"t{at}")]), state => Assert.Equal(TaskState.Revoked, state));
        Assert.Empty(_simulation.Script.Runs);
        await _simulation.DrainAsync(worker);
        Assert.Equal([TaskState.Succeeded], await StatesAsync("future"));
    }

    [Fact]
    public async Task Purge_UnknownQueue_IsRefused() =>
        Assert.Equal(ErrorCodes.UnknownQueue, (await Assert.ThrowsAsync<CelerityException>(() => Control().PurgeAsync("no-such"))).Code);

    [Fact]
    public async Task Purge_AnyFaultAtAnyCall_EachTaskEndsAsRevoked()
    {
        var record = new FaultPlan();
        await PurgeAsync(new TaskSimulation(), record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var simulation = new TaskSimulation();
            try
            {
                await PurgeAsync(simulation, plan);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
                simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                if (simulation.Storage.Tables.Count(StorageNames.ControlTable) == 0)
                {
                    continue;
                }

                await simulation.DrainAsync(simulation.Worker());
            }

            Assert.True(plan.HasFired, plan.ToString());
            foreach (var id in new[] { "t1", "t2", "t3" })
            {
                Assert.True((await simulation.FindAsync(id))?.State == TaskState.Revoked, $"{plan}: {id}");
            }

            Assert.Empty(simulation.Script.Runs);
        }
    }

    private static async Task PurgeAsync(TaskSimulation simulation, FaultPlan plan)
    {
        await simulation.DropAsync("""{"v":1,"batch":[{"id":"t1","task":"test.echo","payload":{"text":"hi"}},{"id":"t2","task":"test.echo","payload":{"text":"hi"}}]}""");
        await simulation.DropAsync("""{"id":"t3","task":"test.result","payload":{"text":"hi"}}""");
        await simulation.Worker(plan).GetRequiredService<ITaskControl>().PurgeAsync(TaskSimulation.Queue);
    }

    private static int Reads(FaultPlan plan) => plan.Calls.Count(call => call.Name == $"table.Query {StorageNames.ControlTable}");

    private ITaskControl Control() => _simulation.Worker().GetRequiredService<ITaskControl>();

    private ValueTask DropAsync(string id, string task = "test.echo", string? tags = null, DateTimeOffset? sentAt = null) => _simulation.DropAsync(
        $$"""{"id":"{{id}}","task":"{{task}}","payload":{"text":"hi"},"tags":[{{(tags is null ? "" : $"\"{tags}\"")}}],"sentAt":"{{sentAt ?? _simulation.Time.GetUtcNow():O}}"}""");

    private async Task<List<TaskState?>> StatesAsync(params string[] ids)
    {
        var states = new List<TaskState?>();
        foreach (var id in ids)
        {
            states.Add((await _simulation.FindAsync(id))?.State);
        }

        return states;
    }
}
