using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>The finer rules of entities, none of which depends on where they are stored.</summary>
public sealed class EntityRules
{
    private static readonly EntityInstanceId Id = new("thing", "x");
    private static readonly StoreOwner Me = new("me", Environment.ProcessId, DateTimeOffset.UnixEpoch);

    private readonly DelegateCode _code = new();

    [Fact]
    public async Task Operations_OfOneEntity_RunOneAtATime()
    {
        var (running, most) = (0, 0);
        await using var world = World(_code
            .Entity("thing", async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return null;
            })
            .Orchestrator("Call", async context =>
            {
                await context.Entities.CallEntityAsync(Id, "op");
                return null;
            }));

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.Client.ScheduleNewOrchestrationInstanceAsync("Call")));
        foreach (var id in ids)
        {
            await world.RunToEndAsync(id);
        }

        Assert.Equal(1, most);
    }

    [Theory]
    [InlineData(2, new[] { 2, 2, 1 })]
    [InlineData(5000, new[] { 5 })]
    public void Claim_TakesAtMostABatch(int limit, int[] sizes)
    {
        using var store = SqliteOrchestrationStore.InMemory();
        var now = DateTimeOffset.UnixEpoch;
        store.KeepAlive(Me, now.AddHours(1));
        for (var i = 0; i < 5; i++)
        {
            store.Entities.Send(new OutgoingEntityMessage(Id.ToString(), new OperationRequested("op", null)), now);
        }

        var taken = new List<int>();
        while (store.Entities.Claim("me", now, limit) is { } claim)
        {
            taken.Add(claim.Inbox.Count);
            Assert.Null(store.Entities.Claim("me", now, limit));
            Assert.True(store.Entities.Commit(new EntityCheckpoint { Claim = claim, Turn = EntityTurn.Of(claim), Row = claim.Row }, now));
        }

        Assert.Equal(sizes, taken);
    }

    [Fact]
    public void Commit_AfterTheClaimWasLost_StoresNothing()
    {
        using var store = SqliteOrchestrationStore.InMemory();
        var now = DateTimeOffset.UnixEpoch;
        store.KeepAlive(new StoreOwner("slow", Environment.ProcessId, now), now.AddSeconds(30));
        store.KeepAlive(Me, now.AddHours(1));
        store.Entities.Send(new OutgoingEntityMessage(Id.ToString(), new OperationRequested("op", null)), now);
        var stale = store.Entities.Claim("slow", now, 10)!;
        store.RemoveLostOwners("me", now.AddSeconds(31), _ => false);
        var fresh = store.Entities.Claim("me", now, 10)!;

        var late = new EntityCheckpoint
        {
            Claim = stale,
            Turn = EntityTurn.Of(stale),
            Row = stale.Row with { State = "\"late\"" },
            Signals = [new OutgoingEntityMessage("@thing@y", new OperationRequested("op", null))],
        };

        Assert.False(store.Entities.Commit(late, now));
        Assert.Null(store.Entities.Find(Id.ToString(), now)!.State);
        Assert.Null(store.Entities.Find("@thing@y", now));
        Assert.Single(fresh.Inbox);
        Assert.True(store.Entities.Commit(new EntityCheckpoint { Claim = fresh, Turn = EntityTurn.Of(fresh), Row = fresh.Row }, now));
        Assert.Null(store.Entities.Claim("me", now, 10));
    }

    [Fact]
    public void Claim_ByAnOwnerThatIsNotKnown_GetsNothing()
    {
        using var store = SqliteOrchestrationStore.InMemory();
        store.Entities.Send(new OutgoingEntityMessage(Id.ToString(), new OperationRequested("op", null)), DateTimeOffset.UnixEpoch);

        Assert.Null(store.Entities.Claim("stranger", DateTimeOffset.UnixEpoch, 10));
    }

    [Fact]
    public void Commit_LockForAnExecutionThatHasEnded_IsNotTaken()
    {
        using var store = SqliteOrchestrationStore.InMemory();
        var now = DateTimeOffset.UnixEpoch;
        store.KeepAlive(Me, now.AddHours(1));
        var instance = NewInstances.Create("i", "N", "", null, now);
        store.TryCreate(instance, []);
        var caller = new EntityCaller("i", instance.Row.ExecutionId, "request");
        var request = new LockRequested(caller, [Id.ToString(), "@thing@y"], 0) { LockId = "lock" };
        store.Entities.Send(new OutgoingEntityMessage(Id.ToString(), request), now);
        store.Entities.Send(new OutgoingEntityMessage(Id.ToString(), new OperationRequested("op", null)), now);
        var claim = store.Entities.Claim("me", now, 10)!;
        var ended = store.ClaimInstance("me", now)!;
        store.Commit(new Checkpoint { Claim = ended, Row = ended.Row with { Status = OrchestrationRuntimeStatus.Terminated } }, now);

        Assert.True(store.Entities.Commit(new EntityCheckpoint { Claim = claim, Turn = EntityTurn.Of(claim), Row = claim.Row }, now));

        Assert.Null(store.Entities.Find(Id.ToString(), now)!.LockId);
        Assert.Null(store.Entities.Find("@thing@y", now));
        Assert.IsType<OperationRequested>(Assert.Single(store.Entities.Claim("me", now, 10)!.Inbox).Message);
    }

    [Fact]
    public async Task MaxConcurrentEntities_BoundsHowManyRunAtOnce()
    {
        var (running, most, runs) = (0, 0, 0);
        _code.Entity("thing", async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Increment(ref runs);
            Interlocked.Decrement(ref running);
            return null;
        });
        await using var world = new EngineWorld(SqliteOrchestrationStore.InMemory(), _code, options: new EngineOptions { MaxConcurrentEntities = 1 });

        for (var i = 0; i < 20; i++)
        {
            await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("thing", $"{i}"), "op");
        }

        await world.SettleAsync();
        Assert.Equal((20, 1), (runs, most));
    }

    [Fact]
    public async Task Send_WhenTheClockStepsBack_KeepsTheOrder()
    {
        var order = new List<string>();
        await using var world = World(_code.Entity("thing", operation =>
        {
            order.Add(operation.Name);
            return default;
        }));
        await world.SettleAsync();
        var now = world.Time.GetUtcNow();

        world.Store.Entities.Send(new OutgoingEntityMessage(Id.ToString(), new OperationRequested("first", null)), now.AddMinutes(5));
        await world.Client.Entities.SignalEntityAsync(Id, "second");
        await world.SettleAsync();

        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public async Task RollBackOff_FailedOperation_KeepsWhatItDid()
    {
        _code.Entity("counter", () => new CounterEntity()).Orchestrator("Note", _ => Task.FromResult<object?>(null));
        await using var world = new EngineWorld(SqliteOrchestrationStore.InMemory(), _code, options: new EngineOptions { RollsBackFailedOperations = false });

        await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", "a"), "addAndFail", 3);
        await world.SettleAsync();

        Assert.Equal(3, (await world.Client.Entities.GetEntityAsync<int>(new EntityInstanceId("counter", "a")))!.State);
        Assert.Equal(3, (await world.Client.Entities.GetEntityAsync<int>(new EntityInstanceId("counter", "other")))!.State);
        Assert.Single(world.Store.List(new(), null, 10));
    }

    [Fact]
    public async Task Entity_Unknown_AnswersWithTheHostsWords()
    {
        await using var world = World(_code.Orchestrator("Call", async context => await context.Entities.CallEntityAsync<int>(Id, "op")));

        var ended = await world.StartAndRunAsync("Call");

        Assert.Contains("The function 'thing' doesn't exist, is disabled, or is not an entity function.", ended.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfARunningInstance_LeavesItAlone()
    {
        await using var world = World(_code
            .Entity("counter", () => new CounterEntity())
            .Entity("thing", operation => new(operation.Context.ScheduleNewOrchestration(
                "Wait", operation.GetInput<int>(), new StartOrchestrationOptions("one", operation.GetInput<int>() > 2 ? DateTimeOffset.UnixEpoch.AddYears(100) : null))))
            .Orchestrator("Wait", async context =>
            {
                await context.WaitForExternalEvent<string>("Go");
                return context.GetInput<int>();
            }));

        await world.Client.Entities.SignalEntityAsync(Id, "start", 1);
        await world.Client.Entities.SignalEntityAsync(Id, "start", 2);
        await world.SettleAsync();
        await world.Client.RaiseEventAsync("one", "Go", "");
        Assert.Equal(1, (await world.RunToEndAsync("one")).ReadOutputAs<int>());

        await world.Client.Entities.SignalEntityAsync(Id, "start", 3);
        await world.SettleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await world.Client.GetInstanceAsync("one"))!.RuntimeStatus);
    }

    [Fact]
    public async Task Answer_ToAnOrchestrationThatContinuedAsNew_IsDropped()
    {
        var open = new TaskCompletionSource();
        await using var world = World(_code
            .Entity("thing", async _ =>
            {
                await open.Task;
                return null;
            })
            .Orchestrator("Again", async context =>
            {
                if (context.GetInput<int>() == 0)
                {
                    _ = context.Entities.CallEntityAsync(Id, "op");
                    context.ContinueAsNew(1);
                    return null;
                }

                return await context.WaitForExternalEvent<string>("Go");
            }));
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Again", 0);

        open.SetResult();
        await world.SettleAsync();
        var events = world.Store.Find(id)!.HistoryCount;
        await world.Client.RaiseEventAsync(id, "Go", "!");

        Assert.Equal("!", (await world.RunToEndAsync(id)).ReadOutputAs<string>());
        Assert.Equal(3, events);
    }

    [Fact]
    public async Task CallEntity_NotAwaited_DoesNotHoldTheOrchestration()
    {
        var open = new TaskCompletionSource();
        await using var world = World(_code
            .Entity("thing", async _ =>
            {
                await open.Task;
                return null;
            })
            .Orchestrator("Careless", context =>
            {
                _ = context.Entities.CallEntityAsync(Id, "op");
                return Task.FromResult<object?>("done");
            }));
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Careless");

        var ended = await world.Client.WaitForInstanceCompletionAsync(id, true).WaitAsync(EngineWorld.HangLimit);

        Assert.Equal("done", ended.ReadOutputAs<string>());
        open.SetResult();
        await world.SettleAsync();
    }

    [Fact]
    public async Task Suspended_Orchestration_GetsTheAnswerWhenItIsResumed()
    {
        var open = new TaskCompletionSource();
        await using var world = World(_code
            .Entity("thing", async _ =>
            {
                await open.Task;
                return 7;
            })
            .Orchestrator("Call", async context => await context.Entities.CallEntityAsync<int>(Id, "op")));
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Call");
        await world.Client.WaitForInstanceStartAsync(id).WaitAsync(EngineWorld.HangLimit);
        await world.Client.SuspendInstanceAsync(id);

        open.SetResult();
        await world.SettleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await world.Client.GetInstanceAsync(id))!.RuntimeStatus);
        await world.Client.ResumeInstanceAsync(id);

        Assert.Equal(7, (await world.RunToEndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Id_Empty_IsRefusedWhereverItIsSentTo()
    {
        await using var world = World(_code
            .Entity("thing", operation =>
            {
                operation.Context.SignalEntity(default, "op");
                return default;
            })
            .Orchestrator("Call", async context => await context.Entities.CallEntityAsync<int>(context.GetInput<bool>() ? default : Id, "op"))
            .Orchestrator("Signal", async context =>
            {
                await context.Entities.SignalEntityAsync(default, "op");
                return null;
            })
            .Orchestrator("Lock", async context =>
            {
                await context.Entities.LockEntitiesAsync(Id, default);
                return null;
            }));

        const string Refused = "System.ArgumentException: The entity id is empty";
        await Assert.ThrowsAsync<ArgumentException>(() => world.Client.Entities.SignalEntityAsync(default, "op"));
        await Assert.ThrowsAsync<ArgumentException>(() => world.Client.Entities.GetEntityAsync(default));
        Assert.Contains("The entity id is empty", (await world.StartAndRunAsync("Call", false)).SerializedOutput, StringComparison.Ordinal);
        Assert.StartsWith(Refused, (await world.StartAndRunAsync("Call", true)).SerializedOutput, StringComparison.Ordinal);
        Assert.StartsWith(Refused, (await world.StartAndRunAsync("Signal")).SerializedOutput, StringComparison.Ordinal);
        Assert.StartsWith(Refused, (await world.StartAndRunAsync("Lock")).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendEvent_ToAnEntity_IsRefused()
    {
        await using var world = World(_code.Orchestrator("Send", context =>
        {
            context.SendEvent(Id.ToString(), "Event", 1);
            return Task.FromResult<object?>(null);
        }));

        Assert.StartsWith("System.ArgumentException", (await world.StartAndRunAsync("Send")).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OrchestrationMethods_OfTheClient_RefuseEntityIds()
    {
        await using var world = World(_code);
        var client = world.Client;
        var id = Id.ToString();
        Func<Task>[] calls =
        [
            () => client.ScheduleNewOrchestrationInstanceAsync("N", new StartOrchestrationOptions(id)),
            () => client.RaiseEventAsync(id, "E"),
            () => client.GetInstanceAsync(id),
            () => client.WaitForInstanceStartAsync(id),
            () => client.WaitForInstanceCompletionAsync(id),
            () => client.TerminateInstanceAsync(id),
            () => client.SuspendInstanceAsync(id),
            () => client.ResumeInstanceAsync(id),
            () => client.PurgeInstanceAsync(id),
            () => client.RestartAsync(id),
        ];

        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<ArgumentException>(call);
        }
    }

    private static EngineWorld World(DelegateCode code) => new(SqliteOrchestrationStore.InMemory(), code);
}
