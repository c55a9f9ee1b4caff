using Celerity.Expiry;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Expiry;

public sealed class KeyExpiryTests
{
    private readonly TaskSimulation _simulation = new();
    private readonly FaultPlan _calls = new();
    private readonly IServiceProvider _worker;

    public KeyExpiryTests() => _worker = _simulation.Worker(_calls);

    private IBackgroundTasks Tasks => _worker.GetRequiredService<IBackgroundTasks>();

    private ITableStore Tables => _simulation.Storage.Tables;

    private int Left => _simulation.Storage.Tables.Count(StorageNames.KeysTable);

    [Fact]
    public async Task Expire_LineThatEndedLongAgo_IsDroppedAndBeginsAnew()
    {
        var first = await SendOrderedAsync("k");
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromDays(6.9));
        await ExpireAsync();
        Assert.Equal(1, Left);

        _simulation.Time.Advance(TimeSpan.FromHours(3));
        await ExpireAsync();
        Assert.Equal(0, Left);

        string[] later = [await SendOrderedAsync("k"), await SendOrderedAsync("k")];
        await _simulation.DrainAsync(_worker);
        Assert.Equal([first, .. later], _simulation.Script.Runs.Select(run => run.Id));
    }

    [Fact]
    public async Task Expire_LineThatWaits_IsKept()
    {
        await SendOrderedAsync("k");
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromDays(8));
        await SendOrderedAsync("k");
        await SendOrderedAsync("k");
        _simulation.Time.Advance(TimeSpan.FromDays(8));

        await ExpireAsync();
        await _simulation.DrainAsync(_worker);

        Assert.Equal(3, _simulation.Script.Runs.Count);
    }

    [Fact]
    public async Task Ordered_CopyOfATaskFromBeforeTheLineBeganAnew_MovesNothing()
    {
        await SendOrderedAsync("k");
        var copy = _simulation.Storage.Queues.Peek(TaskSimulation.Queue).Single().Body;
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromDays(8));
        await ExpireAsync();
        await SendOrderedAsync("k");
        await SendOrderedAsync("k");
        _simulation.Script.Run = _ => TaskOutcome.Snooze(TimeSpan.FromHours(1));
        await _simulation.DeliverOneAsync(_worker);

        await _simulation.DropAsync(copy);
        await _simulation.DeliverOneAsync(_worker);

        Assert.Equal(1, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
        Assert.Equal(2, Left);
    }

    [Fact]
    public async Task Expire_LockAndNewestOfEndedTasks_AreDropped_ThoseOfWaitingOnesStay()
    {
        await Tasks.EnqueueAsync(new EchoTask("lock"), new EnqueueOptions { UniqueKey = "k" });
        await Tasks.EnqueueAsync(new EchoTask("newest"), new EnqueueOptions { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) });
        var left = await Tables.QueryAsync(StorageNames.KeysTable, new TableQuery(null), CancellationToken.None).ToListAsync();
        _simulation.Time.Advance(TimeSpan.FromDays(8));
        await ExpireAsync();
        Assert.Equal(2, Left);

        await _simulation.DrainAsync(_worker);
        Assert.Equal(0, Left);
        foreach (var row in left)
        {
            await Tables.TryInsertAsync(StorageNames.KeysTable, row, CancellationToken.None);
        }

        _simulation.Time.Advance(TimeSpan.FromHours(2));
        await ExpireAsync();

        Assert.Equal(0, Left);
    }

    [Fact]
    public async Task Expire_LockOfACachedResult_StaysAsLongAsTheResult()
    {
        await Tasks.EnqueueAsync(new CachedTask("a"));
        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromDays(8));

        await ExpireAsync();

        Assert.Equal(1, Left);
    }

    [Fact]
    public async Task Expire_ManyLines_TakesSoManyRequestsARound()
    {
        for (var key = 0; key < 300; key++)
        {
            await SendOrderedAsync($"{key}");
        }

        await _simulation.DrainAsync(_worker);
        _simulation.Time.Advance(TimeSpan.FromDays(8));
        var before = _calls.Calls.Count;

        await ExpireAsync();
        Assert.InRange(_calls.Calls.Count - before, 200, 205);
        Assert.Equal(100, Left);
        await ExpireAsync();
        Assert.Equal(0, Left);

        // The walk has come to its end: it rests for an hour.
        before = _calls.Calls.Count;
        await ExpireAsync();
        Assert.Equal(1, _calls.Calls.Count - before);
    }

    private Task<string> SendOrderedAsync(string key) => Tasks.EnqueueAsync(new EchoTask(key), new EnqueueOptions { OrderKey = key });

    private Task ExpireAsync() => _worker.GetServices<IMaintenanceStep>().OfType<KeyExpiry>().Single().RunAsync(CancellationToken.None).AsTask();
}
