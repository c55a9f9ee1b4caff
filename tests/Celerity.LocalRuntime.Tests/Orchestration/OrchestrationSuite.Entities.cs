using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>What every store must let entities do.</summary>
public abstract partial class OrchestrationSuite
{
    private static readonly EntityInstanceId Counter = new("Counter", "a");
    private static readonly EntityInstanceId Other = new("Counter", "other");

    [Fact]
    public async Task CallEntity_AnswersAndKeepsTheState()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()).Orchestrator("Count", async context =>
        {
            await context.Entities.CallEntityAsync(Counter, "add", 2);
            await context.Entities.CallEntityAsync<int>(Counter, "ADD", 3);
            return await context.Entities.CallEntityAsync<int>(Counter, "get");
        }));

        var ended = await world.StartAndRunAsync("Count");

        Assert.Equal(5, ended.ReadOutputAs<int>());
        Assert.Equal(5, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);

        // Per call: sent, raised, episode end and start; and start, started, completed, end.
        Assert.Equal(4 + (3 * 4), world.Store.Find(ended.InstanceId)!.HistoryCount);
    }

    [Fact]
    public async Task CallEntity_Failing_ThrowsAndRollsBackStateAndActions()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()).Orchestrator("Count", async context =>
        {
            await context.Entities.CallEntityAsync(Counter, "add", 1);
            try
            {
                await context.Entities.CallEntityAsync(Counter, "addAndFail", 10);
                return "no failure";
            }
            catch (EntityOperationFailedException failed)
            {
                return $"{failed.EntityId} {failed.OperationName} {failed.FailureDetails} {failed.FailureDetails.IsCausedBy<InvalidOperationException>()} {failed.Message}";
            }
        }));

        var ended = await world.StartAndRunAsync("Count");

        Assert.Equal(
            "@counter@a addAndFail System.InvalidOperationException: on purpose True Operation 'addAndFail' of entity '@counter@a' failed: on purpose",
            ended.ReadOutputAs<string>());
        Assert.Equal(1, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);
        Assert.Null(await world.Client.Entities.GetEntityAsync(Other));
        Assert.Single(world.Store.List(new(), null, 10));
    }

    [Fact]
    public async Task CallEntity_FailureNotCaught_FailsTheOrchestrationWithItsType()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity())
            .Orchestrator("Careless", async context => await context.Entities.CallEntityAsync<int>(Counter, "addAndFail", 1)));

        var ended = await world.StartAndRunAsync("Careless");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.StartsWith("Microsoft.DurableTask.Entities.EntityOperationFailedException: ", ended.SerializedOutput, StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", ended.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task SignalEntity_ManyInOneEpisode_RunInTheirOrder()
    {
        const int Signals = 50;
        await using var world = World(_code
            .Entity("log", operation =>
            {
                operation.State.SetState((List<int>)[.. operation.State.GetState<List<int>>() ?? [], operation.GetInput<int>()]);
                return default;
            })
            .Activity<string>("A", input => input)
            .Orchestrator("Signal", async context =>
            {
                // The decisions of the first episode leave gaps that those of the second must not fill out of order.
                await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => context.CallActivityAsync<string>("A", "")));
                for (var i = 0; i < Signals; i++)
                {
                    await context.Entities.SignalEntityAsync(new EntityInstanceId("log", "x"), "append", i);
                }

                return "sent";
            }));

        await world.StartAndRunAsync("Signal");
        await world.SettleAsync();

        var entity = await world.Client.Entities.GetEntityAsync<List<int>>(new EntityInstanceId("log", "x"));
        Assert.Equal(Enumerable.Range(0, Signals), entity!.State!);
    }

    [Fact]
    public async Task SignalEntity_WithSignalTime_WaitsForIt()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()));
        await world.SettleAsync();
        var time = world.Time.GetUtcNow().AddHours(1);

        await world.Client.Entities.SignalEntityAsync(Counter, "add", 5, new SignalEntityOptions { SignalTime = time });
        await world.SettleAsync();

        Assert.Null(await world.Client.Entities.GetEntityAsync(Counter));
        Assert.Equal(time, world.Store.NextDueAt(world.Time.GetUtcNow()));
        world.Time.SetUtcNow(time);
        await world.SettleAsync();
        Assert.Equal(5, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public async Task Operation_SignalsAndStarts_TakeEffectWithTheBatch()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity())
            .Orchestrator("Note", context => Task.FromResult<object?>(context.GetInput<int>()))
            .Orchestrator("Go", async context =>
            {
                await context.Entities.CallEntityAsync(Counter, "add", 4);
                await context.Entities.SignalEntityAsync(Counter, "addTo", "other");
                return await context.Entities.CallEntityAsync<string>(Counter, "start", "Note");
            }));

        var started = (await world.StartAndRunAsync("Go")).ReadOutputAs<string>()!;

        Assert.Equal(4, (await world.RunToEndAsync(started)).ReadOutputAs<int>());
        Assert.Equal(4, (await world.Client.Entities.GetEntityAsync<int>(Other))!.State);
    }

    [Fact]
    public async Task Delete_Implicit_RemovesTheStateAndTheNextOperationStartsAfresh()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()));
        await world.Client.Entities.SignalEntityAsync(Counter, "add", 7);
        await world.Client.Entities.SignalEntityAsync(Counter, "Delete");
        await world.SettleAsync();

        Assert.Null(await world.Client.Entities.GetEntityAsync(Counter));
        await world.Client.Entities.SignalEntityAsync(Counter, "add", 1);
        await world.SettleAsync();
        Assert.Equal(1, (await world.Client.Entities.GetEntityAsync<int>(Counter))!.State);
    }

    [Fact]
    public async Task GetAllEntities_FiltersAndPages()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()).Entity("count", () => new CounterEntity()));
        foreach (var key in new[] { "k1", "K1", "k2", "k3" })
        {
            await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", key), "add", 1);
        }

        await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("count", "k"), "add", 1);
        await world.SettleAsync();
        world.Time.Advance(TimeSpan.FromHours(1));
        var later = world.Time.GetUtcNow();
        await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", "k3"), "delete");
        await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", "k2"), "add", 1);
        await world.SettleAsync();

        async Task<List<string>> Ids(EntityQuery query)
        {
            var ids = new List<string>();
            await foreach (var entity in world.Client.Entities.GetAllEntitiesAsync(query))
            {
                ids.Add(entity.Id.ToString());
            }

            return ids;
        }

        Assert.Equal(["@count@k", "@counter@K1", "@counter@k1", "@counter@k2"], await Ids(new EntityQuery { PageSize = 3 }));
        Assert.Equal(["@counter@k1", "@counter@k2", "@counter@k3"], await Ids(new EntityQuery { InstanceIdStartsWith = "COUNTER@k", IncludeTransient = true }));
        Assert.Equal(["@counter@k2"], await Ids(new EntityQuery { LastModifiedFrom = later }));
        Assert.Equal(["@counter@K1", "@counter@k1"], await Ids(new EntityQuery { LastModifiedTo = later.AddTicks(-1), InstanceIdStartsWith = "@counter@" }));

        var pages = new List<int>();
        await foreach (var page in world.Client.Entities.GetAllEntitiesAsync<int>(new EntityQuery { PageSize = 3 }).AsPages())
        {
            pages.Add(page.Values.Count);
            Assert.All(page.Values, entity => Assert.True(entity.IncludesState));
        }

        Assert.Equal([3, 1], pages);
        await foreach (var entity in world.Client.Entities.GetAllEntitiesAsync(new EntityQuery { IncludeState = false }))
        {
            Assert.False(entity.IncludesState);
            Assert.Throws<InvalidOperationException>(() => entity.State);
        }
    }

    [Fact]
    public async Task CleanEntityStorage_RemovesWhatIsEmptyAndNothingElse()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()));
        for (var i = 0; i < 130; i++)
        {
            await world.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", $"{i:000}"), i % 2 == 0 ? "delete" : "add", 1);
        }

        await world.Client.Entities.SignalEntityAsync(Other, "add", 1, world.Time.GetUtcNow().AddDays(1));
        await world.SettleAsync();

        var first = await world.Client.Entities.CleanEntityStorageAsync(continueUntilComplete: false);
        Assert.Equal((50, 0, "@counter@099"), (first.EmptyEntitiesRemoved, first.OrphanedLocksReleased, first.ContinuationToken));
        var rest = await world.Client.Entities.CleanEntityStorageAsync(CleanEntityStorageRequest.Default with { ContinuationToken = first.ContinuationToken });
        Assert.Equal((15, (string?)null), (rest.EmptyEntitiesRemoved, rest.ContinuationToken));

        var left = world.Store.Entities.List(new(WithoutState: true), null, 200, world.Time.GetUtcNow());
        Assert.Equal(66, left.Count);
        Assert.Null(left.Single(row => row.Id == Other.ToString()).State);
    }

    [Fact]
    public async Task GetAllInstances_HasNoEntities()
    {
        await using var world = World(_code.Entity("counter", () => new CounterEntity()));
        await world.Client.Entities.SignalEntityAsync(Counter, "add", 7);
        await world.SettleAsync();

        Assert.Empty(world.Store.List(new(), null, 10));
    }
}
