using System.Collections.Concurrent;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>Several engines on one file, one after the other and at once.</summary>
public sealed class SharedFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("celerity-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Engine_KilledWhileWaiting_NextOneGoesOn()
    {
        var code = new DelegateCode().Activity<string>("Echo", input => input).Orchestrator("Steps", async context =>
        {
            var first = await context.CallActivityAsync<string>("Echo", "a");
            await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
            return first + await context.CallActivityAsync<string>("Echo", "b");
        });
        var before = World(code);
        var id = await before.StartAsync("Steps");
        before.Kill();

        await using var after = World(code);
        var ended = await after.RunToEndAsync(id);

        Assert.Equal("ab", ended.ReadOutputAs<string>());
        Assert.Equal(["Echo:\"a\"", "Echo:\"b\""], code.Calls);
    }

    [Fact]
    public async Task Engine_KilledDuringAnActivity_ActivityRunsAgainAfterTheLease()
    {
        var begun = new SemaphoreSlim(0);
        var never = new TaskCompletionSource<object?>();
        var runs = 0;
        var code = new DelegateCode()
            .Activity<string>("Slow", (_, _) =>
            {
                begun.Release();
                return Interlocked.Increment(ref runs) == 1 ? never.Task : Task.FromResult<object?>("second run");
            })
            .Orchestrator("Once", async context => await context.CallActivityAsync<string>("Slow", ""));
        var before = World(code);
        var id = await before.Client.ScheduleNewOrchestrationInstanceAsync("Once");
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));
        before.Kill();

        await using var after = World(code);
        await after.SettleAsync();
        Assert.Equal(1, runs);
        _time.Advance(TimeSpan.FromSeconds(30));
        await after.SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        var ended = await after.RunToEndAsync(id);

        Assert.Equal("second run", ended.ReadOutputAs<string>());
    }

    [Fact]
    public void RemoveLostOwners_DeadProcess_FreesItsClaimsAtOnce()
    {
        using var store = Open();
        var dead = new StoreOwner("dead", int.MaxValue, _time.GetUtcNow());
        store.KeepAlive(dead, _time.GetUtcNow().AddHours(1));
        store.TryCreate(NewInstances.Create("i", "N", "", null, _time.GetUtcNow()), []);
        store.KeepAlive(Me(), _time.GetUtcNow().AddHours(1));
        Assert.NotNull(store.ClaimInstance("dead", _time.GetUtcNow()));
        Assert.Null(store.ClaimInstance("me", _time.GetUtcNow()));

        Assert.Equal(1, store.RemoveLostOwners("me", _time.GetUtcNow(), ProcessLife.HasEnded));

        Assert.NotNull(store.ClaimInstance("me", _time.GetUtcNow()));
    }

    [Fact]
    public void Commit_AfterTheClaimWasLost_StoresNothing()
    {
        using var store = Open();
        var now = _time.GetUtcNow();
        store.KeepAlive(new StoreOwner("slow", Environment.ProcessId, now), now.AddSeconds(30));
        store.TryCreate(NewInstances.Create("i", "N", "", null, now), []);
        store.KeepAlive(Me(), now.AddHours(1));
        var stale = store.ClaimInstance("slow", now)!;
        store.RemoveLostOwners("me", now.AddSeconds(31), _ => false);
        var fresh = store.ClaimInstance("me", now)!;

        var late = new Checkpoint { Claim = stale, Row = stale.Row with { Output = "late" }, History = [new OrchestratorStarted()] };

        Assert.False(store.Commit(late, now));
        Assert.Null(store.Find("i")!.Output);
        Assert.Empty(store.ReadHistory("i"));
        Assert.True(store.Commit(new Checkpoint { Claim = fresh, Row = fresh.Row with { Status = OrchestrationRuntimeStatus.Running } }, now));
    }

    [Fact]
    public async Task TwoEngines_OneFile_EachStepIsTakenOnce()
    {
        const int Instances = 40;
        var runs = new ConcurrentDictionary<string, int>();
        DelegateCode Code() => new DelegateCode()
            .Activity<string>("Count", key => runs.AddOrUpdate(key, 1, (_, n) => n + 1))
            .Orchestrator("Three", async context =>
            {
                for (var step = 0; step < 3; step++)
                {
                    await context.CallActivityAsync<int>("Count", $"{context.InstanceId}/{step}");
                }

                return "done";
            });

        // Real time: each engine learns of the other's work by polling.
        await using var one = new EngineWorld(Open(), Code(), TimeProvider.System);
        await using var two = new EngineWorld(Open(), Code(), TimeProvider.System);
        var ids = new List<string>();
        for (var i = 0; i < Instances; i++)
        {
            ids.Add(await (i % 2 == 0 ? one : two).Client.ScheduleNewOrchestrationInstanceAsync("Three"));
        }

        var ended = await Task.WhenAll(ids.Select(id => one.Client.WaitForInstanceCompletionAsync(id, true))).WaitAsync(EngineWorld.HangLimit);

        Assert.All(ended, item => Assert.Equal(OrchestrationRuntimeStatus.Completed, item.RuntimeStatus));
        Assert.Equal(Instances * 3, runs.Count);
        Assert.All(runs.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task StopAsync_RunningActivity_IsLeftToEnd()
    {
        var begun = new SemaphoreSlim(0);
        var finish = new TaskCompletionSource<object?>();
        var code = new DelegateCode()
            .Activity<string>("Slow", (_, _) =>
            {
                begun.Release();
                return finish.Task;
            })
            .Orchestrator("Once", async context => await context.CallActivityAsync<string>("Slow", ""));
        var world = World(code);
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Once");
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));

        var stopping = world.Engine.StopAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        finish.SetResult("drained");
        await stopping.WaitAsync(EngineWorld.HangLimit);
        world.Kill();

        await using var after = World(code);
        Assert.Equal("drained", (await after.RunToEndAsync(id)).ReadOutputAs<string>());
        Assert.Single(code.Calls);
    }

    [Fact]
    public async Task StopAsync_DeadlinePasses_ActivityIsCancelledAndPutBack()
    {
        var begun = new SemaphoreSlim(0);
        var runs = 0;
        var code = new DelegateCode()
            .Activity<string>("Slow", async (_, cancellationToken) =>
            {
                begun.Release();
                if (Interlocked.Increment(ref runs) == 1)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }

                return "again";
            })
            .Orchestrator("Once", async context => await context.CallActivityAsync<string>("Slow", ""));
        var world = World(code);
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Once");
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));

        await world.Engine.StopAsync(new CancellationToken(canceled: true)).WaitAsync(EngineWorld.HangLimit);
        world.Kill();

        await using var after = World(code);
        Assert.Equal("again", (await after.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Engine_AnotherProcessDies_TakesItsWorkWithinASecond()
    {
        var code = new DelegateCode().Orchestrator("Orphan", context => Task.FromResult<object?>("found"));
        await using var world = World(code);
        await world.SettleAsync();
        world.Store.KeepAlive(new StoreOwner("dead", int.MaxValue, _time.GetUtcNow()), _time.GetUtcNow().AddHours(1));
        world.Store.TryCreate(NewInstances.Create("o", "Orphan", "", null, _time.GetUtcNow()), []);
        Assert.NotNull(world.Store.ClaimInstance("dead", _time.GetUtcNow()));

        _time.Advance(TimeSpan.FromSeconds(1));
        await world.SettleAsync();

        Assert.Equal("found", (await world.Client.GetInstanceAsync("o", true))!.ReadOutputAs<string>());
    }

    [Fact]
    public void Claim_ByAnOwnerThatIsNotKnown_GetsNothing()
    {
        using var store = Open();
        store.TryCreate(NewInstances.Create("i", "N", "", null, _time.GetUtcNow()), []);

        Assert.Null(store.ClaimInstance("stranger", _time.GetUtcNow()));
    }

    private StoreOwner Me() => new("me", Environment.ProcessId, _time.GetUtcNow());

    private SqliteOrchestrationStore Open() => SqliteOrchestrationStore.OpenFile(Path.Combine(_folder.FullName, "hub.db"));

    private EngineWorld World(DelegateCode code) => new(Open(), code, _time);
}
