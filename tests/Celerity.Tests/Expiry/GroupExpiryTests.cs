using Celerity.Expiry;
using Celerity.Groups;
using Celerity.Maintenance;
using Celerity.Stages;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Groups;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Expiry;

public sealed class GroupExpiryTests
{
    private readonly GroupBench _bench = new();
    private readonly FaultPlan _calls = new();
    private readonly IServiceProvider _worker;

    public GroupExpiryTests() => _worker = _bench.Worker(_calls);

    private TaskSimulation Simulation => _bench.Simulation;

    [Fact]
    public async Task Expire_ClosedLongAgo_DropsAllOfItsRows()
    {
        var id = await GroupBench.Groups(_worker).GroupAsync([new ChildTask(1), new BriefTask()]);
        Simulation.Time.Advance(TimeSpan.FromDays(3));
        await Simulation.DrainAsync(_worker);

        Simulation.Time.Advance(TimeSpan.FromDays(6.9));
        await ExpireAsync();
        Assert.Equal([10, null], (await GroupBench.Groups(_worker).GetResultsAsync<object>(id, TimeSpan.Zero)).Select(result => result?.ToString() == "10" ? 10 : default(int?)));
        Simulation.Time.Advance(TimeSpan.FromDays(0.5));
        await ExpireAsync();

        Assert.Empty(await LedgerAsync());
        Assert.Null(await GroupBench.Groups(_worker).FindAsync(id));
    }

    [Fact]
    public async Task Expire_LongTtl_IsKeptThatLong()
    {
        await GroupBench.Groups(_worker).GroupAsync([new ChildTask(1), new LastingTask()]);
        await Simulation.DrainAsync(_worker);

        Simulation.Time.Advance(TimeSpan.FromDays(29.5));
        await ExpireAsync();
        Assert.Equal(5, (await LedgerAsync()).Count);
        Simulation.Time.Advance(TimeSpan.FromDays(1));
        await ExpireAsync();

        Assert.Empty(await LedgerAsync());
    }

    [Fact]
    public async Task Expire_OpenGroup_IsNeverDropped()
    {
        _bench.Script.Link = _ => TaskOutcome.Snooze(TimeSpan.FromDays(6));
        await GroupBench.Groups(_worker).GroupAsync([new ChildTask(1), new LinkTask("late")]);
        await Simulation.DeliverOneAsync(_worker);
        await Simulation.DeliverOneAsync(_worker);
        var before = (await LedgerAsync()).Count;

        Simulation.Time.Advance(TimeSpan.FromDays(400));
        await ExpireAsync();

        Assert.Equal(before, (await LedgerAsync()).Count);
    }

    [Fact]
    public async Task Maintain_GroupAndItsTasks_NothingIsLeft()
    {
        await GroupBench.Groups(_worker).ChordAsync([new ChildTask(1), new ChildTask(2)], new CallbackTask("sum"));
        await _bench.SettleAsync(_worker);

        for (var day = 0; day < 20; day++)
        {
            Simulation.Time.Advance(TimeSpan.FromDays(1));
            await GroupBench.MaintainAsync(_worker);
        }

        Assert.Empty(await LedgerAsync());
        Assert.Empty(await _bench.RowsAsync(StorageNames.TasksTable));
    }

    // A sender that died before its first message left; the watch has taken its note away.
    [Fact]
    public async Task Expire_GroupThatNeverBegan_IsDropped()
    {
        await InsertAsync(new Group(NewId(), 1, Simulation.Time.GetUtcNow()).ToRow());
        Simulation.Time.Advance(TimeSpan.FromDays(9));

        await ExpireAsync();

        Assert.Empty(await LedgerAsync());
    }

    [Fact]
    public async Task Expire_RowsWithoutAGroup_AreDropped_ThoseOfStagesStay()
    {
        await InsertAsync(new ChildEnd(3, "late", TaskState.Succeeded).ToRow(NewId()));
        await InsertAsync(new TableRow(new StageKey("019b76daa80070008000000000000000", 1, 1).PagePartition(0), "00000000", new Dictionary<string, object> { ["n"] = 1 }));
        Simulation.Time.Advance(TimeSpan.FromDays(400));

        await ExpireAsync();

        Assert.StartsWith("019b", Assert.Single(await LedgerAsync()).PartitionKey, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expire_ManyRows_GoesByBoundedRequestsARound()
    {
        const int Count = 20_000;
        var (id, now) = (NewId(), Simulation.Time.GetUtcNow());
        await InsertAsync(new Group(id, Count, now).ToRow(), new GroupEnd(GroupState.Succeeded, 0, now, null).ToRow(id));
        await InsertAsync([.. Enumerable.Range(0, Count).Select(index => new ChildEnd(index, "t", TaskState.Succeeded).ToRow(id))]);
        await InsertAsync([.. Enumerable.Range(0, GroupKeys.PageCount(Count)).Select(page =>
            new TableRow(GroupKeys.Root(id), GroupKeys.PageRow(page), new Dictionary<string, object> { ["failed"] = 0 }))]);
        Simulation.Time.Advance(TimeSpan.FromDays(9));

        var rounds = 0;
        for (var left = Count; left > 0; rounds++)
        {
            Assert.True(rounds < 5, $"{left} rows are left");
            var before = _calls.Calls.Count;
            await ExpireAsync();
            Assert.InRange(_calls.Calls.Count - before, 2, 220);
            left = (await LedgerAsync()).Count;
        }

        Assert.Equal(2, rounds);
        var calls = _calls.Calls.Count;
        await ExpireAsync();
        Assert.InRange(_calls.Calls.Count - calls, 1, 4);
    }

    [Fact]
    public async Task Expire_AnyFaultAtAnyCall_IsGoneInTheEnd_AndNeverOpenAgain()
    {
        async Task<GroupBench> MakeAsync()
        {
            var bench = new GroupBench();
            var id = NewId();
            ITableStore tables = bench.Simulation.Storage.Tables;
            var now = bench.Simulation.Time.GetUtcNow();

            // A root of more than one transaction.
            var pages = Enumerable.Range(0, 130).Select(page =>
                new TableRow(GroupKeys.Root(id), GroupKeys.PageRow(page), new Dictionary<string, object> { ["failed"] = 0 }));
            foreach (var row in pages.Append(new Group(id, 130 * GroupKeys.PageTasks, now).ToRow()).Append(new GroupEnd(GroupState.Succeeded, 0, now, null).ToRow(id))
                .Append(new ChildEnd(0, "t", TaskState.Succeeded).ToRow(id)))
            {
                await tables.TryInsertAsync(StorageNames.LedgerTable, row, CancellationToken.None);
            }

            bench.Simulation.Time.Advance(TimeSpan.FromDays(9));
            return bench;
        }

        var record = new FaultPlan();
        await ExpireAsync((await MakeAsync()).Worker(record));
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var bench = await MakeAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => ExpireAsync(bench.Worker(plan)));

            var left = await bench.RowsAsync(StorageNames.LedgerTable);
            if (left.FirstOrDefault() is { } first)
            {
                var found = await GroupBench.Groups(bench.Worker()).FindAsync(GroupKeys.IdOf(first.PartitionKey));
                Assert.True(found is null or { State: GroupState.Succeeded }, plan.ToString());
            }

            bench.Simulation.Time.Advance(TimeSpan.FromHours(7));
            await ExpireAsync(bench.Worker());

            Assert.True(plan.HasFired, plan.ToString());
            Assert.Empty(await bench.RowsAsync(StorageNames.LedgerTable));
        }
    }

    private static string NewId() => Guid.CreateVersion7(TaskSimulation.Start).ToString();

    private static Task ExpireAsync(IServiceProvider worker) =>
        worker.GetServices<IMaintenanceStep>().OfType<GroupExpiry>().Single().RunAsync(CancellationToken.None).AsTask();

    private async Task ExpireAsync()
    {
        await ExpireAsync(_worker);
        Simulation.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private Task<List<TableRow>> LedgerAsync() => _bench.RowsAsync(StorageNames.LedgerTable);

    private async Task InsertAsync(params IReadOnlyList<TableRow> rows)
    {
        foreach (var batch in rows.GroupBy(row => row.PartitionKey).SelectMany(page => page.Chunk(100)))
        {
            Assert.True(await ((ITableStore)Simulation.Storage.Tables).TryInsertAllAsync(StorageNames.LedgerTable, batch, CancellationToken.None));
        }
    }
}
