using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>What an orchestrator may do with entities, and what it may not while it holds locks.</summary>
public sealed class CriticalSectionRules
{
    private static readonly EntityInstanceId A = new("counter", "a");
    private static readonly EntityInstanceId B = new("counter", "b");
    private static readonly EntityInstanceId C = new("counter", "c");

    private readonly DelegateCode _code = new();

    [Fact]
    public Task Call_EntityThatIsNotLocked_IsRefused() => AssertRefused(
        "Must not call an entity from a critical section if it is not one of the locked entities.",
        context => context.Entities.CallEntityAsync(C, "get"));

    [Fact]
    public Task Call_SecondWhileTheFirstIsOpen_IsRefused() => AssertRefused(
        "Must not call an entity from a critical section while a prior call to the same entity is still pending.",
        context =>
        {
            _ = context.Entities.CallEntityAsync(A, "get");
            return context.Entities.CallEntityAsync(A, "get");
        });

    [Fact]
    public Task Signal_LockedEntity_IsRefused() => AssertRefused(
        "Must not signal a locked entity from a critical section.",
        context => context.Entities.SignalEntityAsync(B, "add", 1));

    [Fact]
    public Task CallSubOrchestrator_IsRefused() => AssertRefused(
        "While holding locks, cannot call suborchestrators.",
        context => context.CallSubOrchestratorAsync("Child"));

    [Fact]
    public Task Lock_Again_IsRefused() => AssertRefused(
        "Must not enter another critical section from within a critical section.",
        context => context.Entities.LockEntitiesAsync(C));

    [Fact]
    public async Task Call_BeforeTheLockIsGranted_IsRefused() => Assert.Equal(
        "System.InvalidOperationException: Must await the completion of the lock request prior to calling any entity.",
        await RunAsync(async context =>
        {
            _ = context.Entities.LockEntitiesAsync(A);
            await context.Entities.CallEntityAsync(A, "get");
        }));

    [Fact]
    public async Task Lock_Nothing_IsRefused() => Assert.StartsWith(
        "System.ArgumentException: The list of entities to lock must not be empty.",
        await RunAsync(context => context.Entities.LockEntitiesAsync([])),
        StringComparison.Ordinal);

    [Fact]
    public async Task Inside_CallsOfLockedOnesSignalsOfOthersTimersAndActivities_AreAllowed() => Assert.Equal("null", await RunAsync(async context =>
    {
        await using (await context.Entities.LockEntitiesAsync(A, B))
        {
            await Task.WhenAll(context.Entities.CallEntityAsync(A, "add", 1), context.Entities.CallEntityAsync(B, "add", 1));
            await context.Entities.CallEntityAsync(A, "add", 1);
            await context.Entities.SignalEntityAsync(C, "add", 1);
            await context.CallActivityAsync<string>("Echo", "x");
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        }
    }));

    [Fact]
    public async Task InCriticalSection_IsTrueInsideOnly_AndNamesTheLockedOnesInOrder()
    {
        var seen = new List<string>();
        void Look(TaskOrchestrationContext context) => seen.Add(
            $"{context.Entities.InCriticalSection()} {(context.Entities.InCriticalSection(out var ids) ? string.Join(' ', ids) : "-")}");

        await RunAsync(async context =>
        {
            seen.Clear();
            Look(context);
            var section = await context.Entities.LockEntitiesAsync(new EntityInstanceId("zoo", "a"), B, A, B);
            Look(context);
            await section.DisposeAsync();
            await section.DisposeAsync();
            Look(context);
        });

        Assert.Equal(["False -", "True @counter@a @counter@b @zoo@a", "False -"], seen);
    }

    [Fact]
    public async Task AfterTheSection_AllIsAllowedAgain() => Assert.Equal("null", await RunAsync(async context =>
    {
        await using (await context.Entities.LockEntitiesAsync(A))
        {
            await context.Entities.CallEntityAsync(A, "add", 1);
        }

        await context.Entities.SignalEntityAsync(A, "add", 1);
        await context.CallSubOrchestratorAsync("Child");
        await using (await context.Entities.LockEntitiesAsync(B, A))
        {
            await context.Entities.CallEntityAsync(B, "add", 1);
        }
    }));

    [Fact]
    public async Task Requests_TakeIdsInCallOrder_AndAreSentAndRaisedEvents()
    {
        await using var world = World(async context =>
        {
            await context.Entities.SignalEntityAsync(C, "add", 1);
            await using (await context.Entities.LockEntitiesAsync(B, A))
            {
                await context.Entities.CallEntityAsync(A, "add", 1);
            }

            await context.Entities.SignalEntityAsync(C, "add", 1, new SignalEntityOptions { SignalTime = context.CurrentUtcDateTime.AddDays(1) });
        });

        var ended = await world.StartAndRunAsync("Main");

        var history = world.Store.ReadHistory(ended.InstanceId);
        Assert.Equal(
            [
                "0 op @counter@c", "1 op @counter@a", "2 op @counter@a", "3 release @counter@a", "4 release @counter@b", "5 op@2026-01-02T00:00:00.0000000Z @counter@c",
            ],
            history.OfType<EventSent>().Select(sent => $"{sent.Id} {sent.Name} {sent.InstanceId}"));
        Assert.Equal(2, history.OfType<EventRaised>().Count(raised => Guid.TryParse(raised.Name, out _)));
    }

    [Fact]
    public async Task Replay_OfAnotherRequestThanTheHistoryHas_Fails()
    {
        var changed = false;
        await using var world = World(context => changed
            ? context.CallActivityAsync<string>("Echo", "x")
            : context.Entities.CallEntityAsync(new EntityInstanceId("absent", "x"), "never"));
        var id = await world.StartAsync("Wait");

        changed = true;
        await world.Client.RaiseEventAsync(id, "Go", "");
        await world.SettleAsync();

        var ended = (await world.Client.GetInstanceAsync(id, true))!;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.StartsWith($"{typeof(NonDeterministicOrchestrationException)}: ", ended.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rewind_OfAFailureInside_GoesOnToTheEnd()
    {
        var attempts = 0;
        _code.Activity<string>("Fails once", _ => attempts++ == 0 ? throw new TimeoutException() : "ok");
        await using var world = World(async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(A, B))
            {
                await context.Entities.CallEntityAsync(A, "add", 1);
                await context.CallActivityAsync<string>("Fails once", "");
                await context.Entities.CallEntityAsync(A, "add", 1);
            }
        });
        var failed = await world.StartAndRunAsync("Main");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);

        await world.Client.RewindInstanceAsync(failed.InstanceId, "again");
        var ended = await world.RunToEndAsync(failed.InstanceId);
        await world.SettleAsync();

        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, ended.SerializedOutput);
        var entity = (await world.Client.Entities.GetEntityAsync<int>(A))!;
        Assert.Equal((2, null, 0), (entity.State, entity.LockedBy, entity.BacklogQueueSize));
    }

    private async Task AssertRefused(string text, Func<TaskOrchestrationContext, Task> inside)
    {
        var output = await RunAsync(async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(A, B))
            {
                await inside(context);
            }
        });

        Assert.Equal($"System.InvalidOperationException: {text}", output);
    }

    /// <summary>Runs an orchestrator to its end; all locks must be free then.</summary>
    private async Task<string> RunAsync(Func<TaskOrchestrationContext, Task> body)
    {
        await using var world = World(body);
        var ended = await world.StartAndRunAsync("Main");
        await world.SettleAsync();
        Assert.All(world.Store.Entities.List(new(WithoutState: true), null, 10, world.Time.GetUtcNow()), row => Assert.Null(row.LockedBy));
        return ended.SerializedOutput ?? "null";
    }

    private EngineWorld World(Func<TaskOrchestrationContext, Task> body) => new(SqliteOrchestrationStore.InMemory(), _code
        .Activity<string>("Echo", input => input)
        .Entity("counter", () => new CounterEntity())
        .Entity("zoo", () => new CounterEntity())
        .Orchestrator("Child", _ => Task.FromResult<object?>(null))
        .Orchestrator("Main", async context =>
        {
            await body(context);
            return null;
        })
        .Orchestrator("Wait", async context =>
        {
            _ = body(context);
            await context.WaitForExternalEvent<string>("Go");
            return null;
        }));
}
