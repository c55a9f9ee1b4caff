using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>What every store must let critical sections do.</summary>
public abstract partial class OrchestrationSuite
{
    [Fact]
    public async Task LockEntities_TwoOrchestrationsInOppositeOrder_BothGoThroughOneAfterTheOther()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()).Orchestrator("Move", async context =>
        {
            var ids = context.GetInput<string[]>()!.Select(EntityInstanceId.FromString).ToArray();
            await using (await context.Entities.LockEntitiesAsync(ids))
            {
                var from = await context.Entities.CallEntityAsync<int>(ids[0], "get");
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                await context.Entities.CallEntityAsync(ids[0], "add", -from);
                await context.Entities.CallEntityAsync(ids[1], "add", from);
                return from;
            }
        }));
        await world.Client.Entities.SignalEntityAsync(Counter, "add", 10);

        var one = await world.StartAsync("Move", new[] { Counter.ToString(), Other.ToString() });
        var two = await world.StartAsync("Move", new[] { Other.ToString(), Counter.ToString() });

        // Without the locks the second would have read 0 while the first slept.
        Assert.Equal(10, (await world.RunToEndAsync(one)).ReadOutputAs<int>());
        Assert.Equal(10, (await world.RunToEndAsync(two)).ReadOutputAs<int>());
        Assert.Equal(10, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);
        Assert.Equal(0, (await world.Client.Entities.GetEntityAsync<int>(Other))!.State);
    }

    [Fact]
    public async Task LockEntities_SignalsOfOthers_WaitForTheRelease()
    {
        await using var world = World(Locker(context => context.WaitForExternalEvent<string>("Leave")));
        var id = await world.StartAsync("Lock");

        await world.Client.Entities.SignalEntityAsync(Counter, "add", 1);
        await world.Client.Entities.SignalEntityAsync(Counter, "add", 2);
        await world.SettleAsync();

        var locked = world.Store.Entities.Find(Counter.ToString(), world.Time.GetUtcNow())!;
        Assert.Equal((id, 2, null), (locked.LockedBy, locked.Backlog, locked.State));
        await world.Client.RaiseEventAsync(id, "Leave", "");
        await world.SettleAsync();
        var free = (await world.Client.Entities.GetEntityAsync<int>(Counter))!;
        Assert.Equal((null, 0, 3), (free.LockedBy, free.BacklogQueueSize, free.State));
    }

    [Theory]
    [InlineData("return")]
    [InlineData("throw")]
    [InlineData("again")]
    [InlineData("terminate")]
    [InlineData("replace")]
    public async Task LockEntities_EndWithoutDispose_ReleasesAll(string way)
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()).Orchestrator("Lock", async context =>
        {
            if (context.GetInput<string>() == "second")
            {
                return null;
            }

            await context.Entities.LockEntitiesAsync(Counter, Other);
            var how = await context.WaitForExternalEvent<string>("How");
            if (how == "again")
            {
                context.ContinueAsNew("second");
            }

            return how == "throw" ? throw new TimeoutException() : null;
        }));
        var id = await world.StartAsync("Lock", "first");
        AssertLockedBy(world, id);

        switch (way)
        {
            case "terminate":
                await world.Client.TerminateInstanceAsync(id, "enough");
                break;
            case "replace":
                await world.Client.RestartAsync(id);
                break;
            default:
                await world.Client.RaiseEventAsync(id, "How", way);
                break;
        }

        await world.SettleAsync();
        AssertLockedBy(world, way == "replace" ? id : null);
        if (way == "replace")
        {
            var lockId = world.Store.Entities.Find(Counter.ToString(), world.Time.GetUtcNow())!.LockId!;
            Assert.StartsWith(world.Store.Find(id)!.ExecutionId, lockId, StringComparison.Ordinal);
        }

        await world.Client.Entities.SignalEntityAsync(Counter, "add", 1);
        await world.SettleAsync();
        Assert.Equal(way == "replace" ? null : 1, (await world.Client.Entities.GetEntityAsync<int>(Counter))?.State);
    }

    [Fact]
    public async Task LockEntities_TerminatedWhileItWaits_LeavesNoLockBehind()
    {
        await using var world = World(Locker(context => context.WaitForExternalEvent<string>("Leave")));
        var holder = await world.StartAsync("Lock");
        var waiting = await world.StartAsync("Lock");
        AssertLockedBy(world, holder);

        await world.Client.TerminateInstanceAsync(waiting);
        await world.SettleAsync();
        await world.Client.RaiseEventAsync(holder, "Leave", "");
        await world.SettleAsync();

        AssertLockedBy(world, null);
    }

    [Fact]
    public async Task CallEntity_LeftOpenInACriticalSection_RunsBeforeTheRelease()
    {
        await using var world = World(Locker(context =>
        {
            _ = context.Entities.CallEntityAsync(Counter, "add", 5);
            return Task.CompletedTask;
        }));

        await world.StartAndRunAsync("Lock");
        await world.SettleAsync();

        Assert.Equal(5, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);
        AssertLockedBy(world, null);
    }

    private static void AssertLockedBy(EngineWorld world, string? instanceId)
    {
        foreach (var id in new[] { Counter, Other })
        {
            Assert.Equal(instanceId, world.Store.Entities.Find(id.ToString(), world.Time.GetUtcNow())!.LockedBy);
        }
    }

    private DelegateCode Locker(Func<TaskOrchestrationContext, Task> inside) =>
        _code.Entity("counter", () => new CounterEntity()).Orchestrator("Lock", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(Other, Counter))
            {
                await inside(context);
            }

            return null;
        });
}
