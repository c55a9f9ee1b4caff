using Celerity.Expiry;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>Unique, debounced and ordered sends.</summary>
public sealed class KeyedSendTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly IServiceProvider _worker;

    public KeyedSendTests() => _worker = _simulation.Worker();

    private IBackgroundTasks Tasks => _worker.GetRequiredService<IBackgroundTasks>();

    [Fact]
    public async Task Unique_WhileWaitingAndRunning_ReturnsTheFirstId_AfterwardsANewOne()
    {
        var options = new EnqueueOptions { UniqueKey = "k" };
        var during = "";
        _simulation.Script.RunAsync = async (_, cancellationToken) =>
        {
            during = await Tasks.EnqueueAsync(new EchoTask("during"), options, cancellationToken);
            return TaskOutcome.Completed;
        };

        var first = await Tasks.EnqueueAsync(new EchoTask("first"), options);
        var waiting = await Tasks.EnqueueAsync(new EchoTask("waiting"), options);
        await _simulation.DrainAsync(_worker);
        var after = await Tasks.EnqueueAsync(new EchoTask("after"), options);

        Assert.Equal((first, first), (waiting, during));
        Assert.NotEqual(first, after);
        Assert.Single(_simulation.Script.Runs);
    }

    [Fact]
    public async Task Unique_OtherTaskOrKey_IsAnotherLock()
    {
        var ids = new[]
        {
            await Tasks.EnqueueAsync(new EchoTask("a"), new EnqueueOptions { UniqueKey = "k" }),
            await Tasks.EnqueueAsync(new StoredTask("a"), new EnqueueOptions { UniqueKey = "k" }),
            await Tasks.EnqueueAsync(new EchoTask("a"), new EnqueueOptions { UniqueKey = "K" }),
        };

        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Unique_LockLeftByATaskThatHasEnded_IsVoid()
    {
        var options = new EnqueueOptions { UniqueKey = "k" };
        var first = await Tasks.EnqueueAsync(new EchoTask("first"), options);
        var partition = KeyRows.Unique("test.echo", "k");
        var left = await ((ITableStore)_simulation.Storage.Tables).FindAsync(StorageNames.KeysTable, partition, KeyRows.UniqueRow, CancellationToken.None);
        await _simulation.DrainAsync(_worker);
        await ((ITableStore)_simulation.Storage.Tables).TryInsertAsync(StorageNames.KeysTable, left!, CancellationToken.None);

        var second = await Tasks.EnqueueAsync(new EchoTask("second"), options);
        await _simulation.DrainAsync(_worker);

        Assert.NotEqual(first, second);
        Assert.Equal("second", _simulation.Script.LastText);
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
    }

    [Fact]
    public async Task Unique_LockLeftByATaskWhoseRecordHasExpired_IsVoid()
    {
        var simulation = new TaskSimulation { Expires = true };
        var worker = simulation.Worker();
        var tasks = worker.GetRequiredService<IBackgroundTasks>();
        var options = new EnqueueOptions { UniqueKey = "k" };
        var first = await tasks.EnqueueAsync(new EchoTask("first"), options);
        var left = await ((ITableStore)simulation.Storage.Tables).FindAsync(
            StorageNames.KeysTable, KeyRows.Unique("test.echo", "k"), KeyRows.UniqueRow, CancellationToken.None);
        await simulation.DrainAsync(worker);
        simulation.Time.Advance(TimeSpan.FromDays(8));
        await worker.GetServices<IMaintenanceStep>().OfType<TaskExpiry>().Single().RunAsync(CancellationToken.None);
        await ((ITableStore)simulation.Storage.Tables).TryInsertAsync(StorageNames.KeysTable, left!, CancellationToken.None);

        var second = await tasks.EnqueueAsync(new EchoTask("second"), options);
        await simulation.DrainAsync(worker);

        Assert.NotEqual(first, second);
        Assert.Equal("second", simulation.Script.LastText);
        Assert.Equal(0, simulation.Storage.Tables.Count(StorageNames.KeysTable));
    }

    [Fact]
    public async Task Unique_SenderDiedRightAfterItsLock_TheNextGoesOnWithItsSend()
    {
        var plan = new FaultPlan(new SeamCall(1, $"table.TryInsert {StorageNames.KeysTable}", 1), FaultKind.KillAfter);
        var options = new EnqueueOptions { UniqueKey = "k" };
        await Assert.ThrowsAsync<ProcessKilledException>(
            () => _simulation.Worker(plan).GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("first"), options));

        var second = await Tasks.EnqueueAsync(new EchoTask("second"), options);
        await _simulation.DrainAsync(_worker);

        Assert.Equal("first", _simulation.Script.LastText);
        Assert.Equal(second, Assert.Single(_simulation.Script.Runs).Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unique_HolderHasExpired_TheNextRuns(bool isSent)
    {
        var plan = isSent ? new FaultPlan() : new FaultPlan(new SeamCall(1, $"table.TryInsert {StorageNames.KeysTable}", 1), FaultKind.KillAfter);
        var worker = _simulation.Worker(plan).GetRequiredService<IBackgroundTasks>();
        var sent = await Record.ExceptionAsync(
            () => worker.EnqueueAsync(new EchoTask("first"), new EnqueueOptions { UniqueKey = "k", TimeToLive = TimeSpan.FromMinutes(5) }));
        Assert.Equal(isSent, sent is null);
        _simulation.Time.Advance(TimeSpan.FromMinutes(6));

        var second = await Tasks.EnqueueAsync(new EchoTask("second"), new EnqueueOptions { UniqueKey = "k" });
        await _simulation.DrainAsync(_worker);

        Assert.Equal(second, Assert.Single(_simulation.Script.Runs).Id);
        Assert.Equal("second", _simulation.Script.LastText);
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
    }

    [Fact]
    public async Task Debounced_SendsWithinTheWindow_OnlyTheLastRuns()
    {
        var options = new EnqueueOptions { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) };
        var ids = new List<string>();
        foreach (var text in new[] { "first", "second", "third" })
        {
            ids.Add(await Tasks.EnqueueAsync(new EchoTask(text), options));
            _simulation.Time.Advance(TimeSpan.FromSeconds(20));
        }

        await _simulation.DrainAsync(_worker);
        var later = await Tasks.EnqueueAsync(new EchoTask("later"), options);
        await _simulation.DrainAsync(_worker);

        Assert.Equal([ids[2], later], _simulation.Script.Runs.Select(run => run.Id));
        var replaced = await _simulation.FindAsync(ids[0]);
        Assert.Equal((TaskState.Discarded, true), (replaced!.State, replaced.Ending!.Reason!.Contains(ids[2], StringComparison.Ordinal)));
        Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
    }

    [Fact]
    public async Task Debounced_ClockOfTheSecondSenderIsBehind_TheSecondStillRuns()
    {
        var options = new EnqueueOptions { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) };
        await Tasks.EnqueueAsync(new EchoTask("first"), options);
        var behind = new WatchedTime(TaskSimulation.Start.AddSeconds(-30));
        var other = _simulation.Worker(configure: services => services.AddSingleton<TimeProvider>(behind));

        var second = await other.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("second"), options);
        await _simulation.DrainAsync(_worker);

        Assert.Equal([second], _simulation.Script.Runs.Select(run => run.Id));
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("expires")]
    [InlineData("dies")]
    [InlineData("discards")]
    public async Task Ordered_HoweverTheHeadEnds_TheNextGoesOnAndKeepsItsTurn(string end)
    {
        var ids = new List<string>();
        _simulation.Script.Run = context => context.Id != ids[0] ? TaskOutcome.Completed : end switch
        {
            "fails" => throw new InvalidOperationException("no"),
            "discards" => TaskOutcome.Discard("nothing to do"),
            _ => TaskOutcome.Completed,
        };
        for (var number = 1; number <= 4; number++)
        {
            var life = end == "expires" && number == 1 ? TimeSpan.FromMinutes(1) : default(TimeSpan?);
            ids.Add(await Tasks.EnqueueAsync(new EchoTask($"{number}"), new EnqueueOptions { OrderKey = "k", TimeToLive = life }));
        }

        Assert.Equal(1, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        if (end == "expires")
        {
            _simulation.Time.Advance(TimeSpan.FromMinutes(2));
        }

        for (var death = 1; end == "dies" && death <= 3; death++)
        {
            await _simulation.DieWhileRunningAsync();
            _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
        }

        await _simulation.DrainAsync(_worker);
        var later = await Tasks.EnqueueAsync(new EchoTask("later"), new EnqueueOptions { OrderKey = "k" });
        await _simulation.DrainAsync(_worker);

        Assert.Equal([.. ids.Skip(1), later], _simulation.Script.Runs.Select(run => run.Id).Where(id => id != ids[0]));
        Assert.NotNull((await _simulation.FindAsync(ids[0]))!.Ending);
        Assert.Equal(1, _simulation.Storage.Tables.Count(StorageNames.KeysTable));
    }

    [Fact]
    public async Task Ordered_ManySendersAtOnce_RunOneAtATime()
    {
        var (running, most) = (0, 0);
        _simulation.Script.Run = _ =>
        {
            most = Math.Max(most, ++running);
            running--;
            return TaskOutcome.Completed;
        };

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            number => Task.Run(() => Tasks.EnqueueAsync(new EchoTask($"{number}"), new EnqueueOptions { OrderKey = "k" }))));

        Assert.Single(_simulation.Storage.Queues.Peek(TaskSimulation.Queue).Select(item => item.Body).Distinct());
        await _simulation.DrainAsync(_worker);
        Assert.Equal(ids.Order(StringComparer.Ordinal), _simulation.Script.Runs.Select(run => run.Id).Order(StringComparer.Ordinal));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Ordered_SamePreparedTaskTwice_TheLineGoesOn()
    {
        var prepared = await Tasks.PrepareAsync(new EchoTask("first"), new EnqueueOptions { OrderKey = "k" });
        await Tasks.SendPreparedAsync(prepared);
        await Tasks.SendPreparedAsync(prepared);
        var next = await Tasks.EnqueueAsync(new EchoTask("next"), new EnqueueOptions { OrderKey = "k" });

        await _simulation.DrainAsync(_worker);

        Assert.Equal([prepared.Id, next], _simulation.Script.Runs.Select(run => run.Id));
    }
}
