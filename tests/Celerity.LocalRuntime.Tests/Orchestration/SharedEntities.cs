using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>Entities in a file that several engines use, one after the other and at once.</summary>
public sealed class SharedEntities : IDisposable
{
    private static readonly EntityInstanceId Counter = new("counter", "a");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("celerity-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string FilePath => Path.Combine(_folder.FullName, "hub.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Engine_KilledInACriticalSection_NextOneHoldsTheLockAndGoesOn()
    {
        DelegateCode Code() => new DelegateCode().Entity("counter", () => new CounterEntity()).Orchestrator("Lock", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(Counter))
            {
                await context.Entities.CallEntityAsync(Counter, "add", 1);
                await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                return await context.Entities.CallEntityAsync<int>(Counter, "add", 1);
            }
        });
        var before = World(Code());
        var id = await before.StartAsync("Lock");
        await before.Client.Entities.SignalEntityAsync(Counter, "add", 10);
        await before.SettleAsync();
        before.Kill();

        await using var after = World(Code());
        Assert.Equal(id, after.Store.Entities.Find(Counter.ToString(), _time.GetUtcNow())!.LockedBy);
        var ended = await after.RunToEndAsync(id);
        await after.SettleAsync();

        Assert.Equal(2, ended.ReadOutputAs<int>());
        Assert.Equal(12, (await after.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public async Task Engine_KilledDuringAnOperation_ItRunsAgainAfterTheLease()
    {
        var begun = new SemaphoreSlim(0);
        var never = new TaskCompletionSource<object?>();
        var runs = 0;
        var code = new DelegateCode().Entity("counter", async operation =>
        {
            begun.Release();
            if (Interlocked.Increment(ref runs) == 1)
            {
                await never.Task;
            }

            operation.State.SetState(operation.State.GetState<int>() + 1);
            return null;
        });
        var before = World(code);
        await before.Client.Entities.SignalEntityAsync(Counter, "add");
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));
        before.Kill();

        await using var after = World(code);
        await after.SettleAsync();
        Assert.Null(await after.Client.Entities.GetEntityAsync(Counter));
        _time.Advance(TimeSpan.FromSeconds(30));
        await after.SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await after.SettleAsync();

        Assert.Equal(1, (await after.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public void RemoveLostOwners_DeadProcess_FreesItsEntitiesAtOnce()
    {
        using var store = Open();
        var now = _time.GetUtcNow();
        store.KeepAlive(new StoreOwner("dead", int.MaxValue, now), now.AddHours(1));
        store.KeepAlive(new StoreOwner("me", Environment.ProcessId, now), now.AddHours(1));
        store.Entities.Send(new OutgoingEntityMessage(Counter.ToString(), new OperationRequested("add", "1")), now);
        Assert.NotNull(store.Entities.Claim("dead", now, 10));
        Assert.Null(store.Entities.Claim("me", now, 10));

        Assert.Equal(1, store.RemoveLostOwners("me", now, ProcessLife.HasEnded));

        Assert.NotNull(store.Entities.Claim("me", now, 10));
    }

    [Fact]
    public async Task CleanEntityStorage_LockOfAnOrchestrationThatDoesNotRun_IsReleased()
    {
        await using var world = World(new DelegateCode().Entity("counter", () => new CounterEntity()));
        await world.Client.Entities.SignalEntityAsync(Counter, "add", 1);
        await world.SettleAsync();
        using (var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE Entities SET LockedBy = 'ghost', LockId = 'ghost/1'";
            command.ExecuteNonQuery();
        }

        await world.Client.Entities.SignalEntityAsync(Counter, "add", 1);
        await world.SettleAsync();
        var locked = (await world.Client.Entities.GetEntityAsync<int>(Counter))!;
        Assert.Equal((1, "ghost", 1), (locked.State, locked.LockedBy, locked.BacklogQueueSize));

        var none = await world.Client.Entities.CleanEntityStorageAsync(new CleanEntityStorageRequest { RemoveEmptyEntities = true });
        var one = await world.Client.Entities.CleanEntityStorageAsync();
        await world.SettleAsync();

        Assert.Equal((0, 1), (none.OrphanedLocksReleased, one.OrphanedLocksReleased));
        Assert.Equal(2, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public async Task StopAsync_DeadlinePasses_OperationIsCancelledAndPutBack()
    {
        var begun = new SemaphoreSlim(0);
        var runs = 0;
        var code = new DelegateCode().Entity("counter", async (operation, cancellationToken) =>
        {
            begun.Release();
            operation.State.SetState(Interlocked.Increment(ref runs));
            if (runs == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return null;
        });
        var world = World(code);
        await world.Client.Entities.SignalEntityAsync(Counter, "add");
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));

        await world.Engine.StopAsync(new CancellationToken(canceled: true)).WaitAsync(EngineWorld.HangLimit);
        world.Kill();

        await using var after = World(code);
        await after.SettleAsync();
        Assert.Equal(2, (await after.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public async Task TwoEngines_OneFile_EachOperationCountsOnceAndInOrder()
    {
        const int Orchestrations = 10;
        const int Steps = 5;
        DelegateCode Code() => new DelegateCode()
            .Entity("log", operation =>
            {
                operation.State.SetState((List<string>)[.. operation.State.GetState<List<string>>() ?? [], operation.GetInput<string>()!]);
                return default;
            })
            .Orchestrator("Write", async context =>
            {
                for (var step = 0; step < Steps; step++)
                {
                    await context.Entities.SignalEntityAsync(new EntityInstanceId("log", "x"), "append", $"{context.InstanceId} {step * 2}");
                    await context.Entities.CallEntityAsync(new EntityInstanceId("log", "x"), "append", $"{context.InstanceId} {(step * 2) + 1}");
                }

                return "done";
            });

        // Real time: each engine learns of the other's work by polling.
        await using var one = new EngineWorld(Open(), Code(), TimeProvider.System);
        await using var two = new EngineWorld(Open(), Code(), TimeProvider.System);
        var ids = new List<string>();
        for (var i = 0; i < Orchestrations; i++)
        {
            ids.Add(await (i % 2 == 0 ? one : two).Client.ScheduleNewOrchestrationInstanceAsync("Write"));
        }

        await Task.WhenAll(ids.Select(id => one.Client.WaitForInstanceCompletionAsync(id, true))).WaitAsync(EngineWorld.HangLimit);

        var lines = (await one.Client.Entities.GetEntityAsync<List<string>>(new EntityInstanceId("log", "x")))!.State!;
        Assert.Equal(Orchestrations * Steps * 2, lines.Count);
        Assert.All(ids, id => Assert.Equal(
            Enumerable.Range(0, Steps * 2).Select(step => $"{id} {step}"), lines.Where(line => line.StartsWith(id, StringComparison.Ordinal))));
    }

    private SqliteOrchestrationStore Open() => SqliteOrchestrationStore.OpenFile(FilePath);

    private EngineWorld World(DelegateCode code) => new(Open(), code, _time);
}
