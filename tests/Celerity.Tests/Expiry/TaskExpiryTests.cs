using Celerity.Expiry;
using Celerity.Handover;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Celerity.Tests.Groups;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Expiry;

public sealed class TaskExpiryTests
{
    private readonly GroupBench _bench = new();
    private readonly FaultPlan _calls = new();
    private readonly IServiceProvider _worker;

    public TaskExpiryTests() => _worker = _bench.Worker(_calls);

    private IBackgroundTasks Tasks => _worker.GetRequiredService<IBackgroundTasks>();

    private TaskSimulation Simulation => _bench.Simulation;

    [Fact]
    public async Task Expire_EndedLongAgo_DropsBothRowsAndTheResult()
    {
        Simulation.Script.Run = _ => TaskOutcome.CompletedWith(new string('x', 100_000));
        await Tasks.EnqueueAsync(new EchoTask("hi"));
        await Simulation.DropAsync("""{"id":"stranger","task":"test.echo","payload":{"text":"hi"}}""");
        await Simulation.DrainAsync(_worker);
        Simulation.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(30));

        await ExpireAsync();
        Assert.Equal(3, (await _bench.RowsAsync(StorageNames.TasksTable)).Count);
        Simulation.Time.Advance(TimeSpan.FromHours(2));
        await ExpireAsync();

        Assert.Empty(await _bench.RowsAsync(StorageNames.TasksTable));
        Assert.Empty(Simulation.Storage.Blobs.List(StorageNames.ResultsContainer));
    }

    [Fact]
    public async Task Expire_NotEnded_IsNeverDropped()
    {
        await Tasks.EnqueueAsync(new EchoTask("waits"));
        Simulation.Script.Run = _ => TaskOutcome.Snooze(TimeSpan.FromDays(5));
        await Tasks.EnqueueAsync(new EchoTask("snoozes"));
        await Simulation.DeliverOneAsync(_worker);
        await Simulation.DeliverOneAsync(_worker);
        await Tasks.EnqueueAsync(new EchoTask("sent"));
        var before = (await _bench.RowsAsync(StorageNames.TasksTable)).Count;

        Simulation.Time.Advance(TimeSpan.FromDays(400));
        await ExpireAsync();

        Assert.Equal(before, (await _bench.RowsAsync(StorageNames.TasksTable)).Count);
    }

    [Fact]
    public async Task Expire_ShortTtl_RowsOutliveEveryTwin()
    {
        var id = await Tasks.EnqueueAsync(new BriefTask());
        await Simulation.DrainAsync(_worker);
        Simulation.Time.Advance(TimeSpan.FromDays(6.9));
        await ExpireAsync();

        var task = await _worker.GetRequiredService<ITaskResults>().FindAsync(id);

        Assert.Equal((TaskState.Succeeded, true), (task!.State, task.Result is null));
    }

    [Fact]
    public async Task Expire_LongTtl_IsKeptThatLong()
    {
        await Tasks.EnqueueAsync(new LastingTask());
        await Simulation.DrainAsync(_worker);

        Simulation.Time.Advance(TimeSpan.FromDays(29.9));
        await ExpireAsync();
        Assert.Equal(2, (await _bench.RowsAsync(StorageNames.TasksTable)).Count);
        Simulation.Time.Advance(TimeSpan.FromDays(0.2));
        await ExpireAsync();

        Assert.Empty(await _bench.RowsAsync(StorageNames.TasksTable));
    }

    [Fact]
    public async Task Expire_TasksOfAnOpenGroup_AreKeptForIt()
    {
        _bench.Script.Link = _ => TaskOutcome.Snooze(TimeSpan.FromDays(6));
        await GroupBench.Groups(_worker).GroupAsync([new ChildTask(1), new LinkTask("late")]);
        await Simulation.DeliverOneAsync(_worker);
        await Simulation.DeliverOneAsync(_worker);
        var before = (await _bench.RowsAsync(StorageNames.TasksTable)).Count;

        Simulation.Time.Advance(TimeSpan.FromDays(30));
        await ExpireAsync();

        Assert.Equal(before, (await _bench.RowsAsync(StorageNames.TasksTable)).Count);
    }

    [Fact]
    public async Task Expire_ManyThousands_GoesByBoundedRequestsARound()
    {
        await InsertEndedAsync(9000);
        Simulation.Time.Advance(TimeSpan.FromDays(9));

        var rounds = 0;
        for (var left = 18_000; left > 0; rounds++)
        {
            Assert.True(rounds < 20, $"{left} rows are left");
            var before = _calls.Calls.Count;
            await ExpireAsync();
            Assert.InRange(_calls.Calls.Count - before, 2, 260);
            left = (await _bench.RowsAsync(StorageNames.TasksTable)).Count;
        }

        Assert.InRange(_calls.Calls.Count, 180, 18_000 / 100 * 3);
        var calls = _calls.Calls.Count;
        await ExpireAsync();
        Assert.InRange(_calls.Calls.Count - calls, 1, 4);
    }

    [Fact]
    public async Task Expire_AnyFaultAtAnyCall_DropsEachTaskWholeInTheEnd()
    {
        async Task<GroupBench> MakeAsync()
        {
            var bench = new GroupBench();
            bench.Simulation.Script.Run = _ => TaskOutcome.CompletedWith(new string('x', 100_000));
            var worker = bench.Worker();
            for (var at = 0; at < 4; at++)
            {
                // Of one partition, so that each run makes the same calls. The last one's message never comes.
                var row = new SendRow($"019b76da-a800-7000-8000-0000000000{at}0", SendRow.Sent, "test.echo", TaskSimulation.Queue, "{}", bench.Simulation.Time.GetUtcNow());
                await ((ITableStore)bench.Simulation.Storage.Tables).TryInsertAsync(StorageNames.TasksTable, row.ToTableRow(), CancellationToken.None);
                if (at < 3)
                {
                    await bench.Simulation.DropAsync($$$"""{"id":"{{{row.Id}}}","task":"test.echo","payload":{"text":"hi"}}""");
                }
            }

            await bench.Simulation.DrainAsync(worker);
            bench.Simulation.Time.Advance(TimeSpan.FromDays(8));
            return bench;
        }

        var record = new FaultPlan();
        await ExpireAsync((await MakeAsync()).Worker(record));
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var bench = await MakeAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => ExpireAsync(bench.Worker(plan)));

            // The one that waits has a send row alone; of the others both rows are there, or none.
            var tasks = (await bench.RowsAsync(StorageNames.TasksTable)).GroupBy(row => TaskKeys.IdOf(row.RowKey));
            Assert.Single(tasks, task => task.Count() == 1);
            bench.Simulation.Time.Advance(TimeSpan.FromHours(2));
            await ExpireAsync(bench.Worker());

            Assert.True(plan.HasFired, plan.ToString());
            Assert.True(TaskKeys.IsSend(Assert.Single(await bench.RowsAsync(StorageNames.TasksTable)).RowKey), plan.ToString());
            Assert.Empty(bench.Simulation.Storage.Blobs.List(StorageNames.ResultsContainer));
        }
    }

    private static Task ExpireAsync(IServiceProvider worker) =>
        worker.GetServices<IMaintenanceStep>().OfType<TaskExpiry>().Single().RunAsync(CancellationToken.None).AsTask();

    private Task ExpireAsync() => ExpireAsync(_worker);

    private async Task InsertEndedAsync(int count)
    {
        ITableStore tables = Simulation.Storage.Tables;
        var now = Simulation.Time.GetUtcNow();
        var rows = Enumerable.Range(0, count).SelectMany(_ =>
        {
            var id = Guid.CreateVersion7(now).ToString();
            var control = new ControlRow(0, "d", 1, 0)
            {
                Subject = "test.echo",
                State = TaskState.Succeeded,
                Ending = new Ending { At = now, Host = "h" },
            };
            return new[] { control.ToTableRow(TaskKeys.ControlOf(id)), new SendRow(id, SendRow.Sent, "test.echo", TaskSimulation.Queue, "{}", now).ToTableRow() };
        });
        foreach (var batch in rows.GroupBy(row => row.PartitionKey).SelectMany(rows => rows.Chunk(100)))
        {
            Assert.True(await tables.TryInsertAllAsync(StorageNames.TasksTable, batch, CancellationToken.None));
        }
    }
}
