using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>The process is killed at each call to the store in turn, with calls, signals, delayed signals, locks and starts of entities under way.</summary>
public sealed class CrashWithEntities
{
    private static readonly EntityInstanceId Left = new("account", "left");
    private static readonly EntityInstanceId Right = new("account", "right");
    private static readonly EntityInstanceId Log = new("log", "x");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AnyCall_NothingCommittedIsLostOrDoubled(bool after)
    {
        var survived = false;
        for (var call = 0; !survived; call++)
        {
            survived = await RunWithDeathAsync(call, after);
            Assert.InRange(call, 0, 500);
        }
    }

    private static DelegateCode Code() => new DelegateCode()
        .Entity("account", async operation =>
        {
            var balance = operation.State.GetState<int>() + operation.GetInput<int>();
            operation.State.SetState(balance);
            if (operation.Name == "fail")
            {
                throw new InvalidOperationException("on purpose");
            }

            operation.Context.SignalEntity(Log, "append", $"{operation.Context.Id.Key}{operation.GetInput<int>()}");
            await Task.Yield();
            return balance;
        })
        .Entity("log", operation =>
        {
            List<string> lines = [.. operation.State.GetState<List<string>>() ?? [], operation.GetInput<string>()!];
            operation.State.SetState(lines);
            if (lines.Count == 3)
            {
                operation.Context.ScheduleNewOrchestration("Note", lines.Count, new StartOrchestrationOptions("note"));
            }

            return default;
        })
        .Orchestrator("Note", async context =>
        {
            await context.Entities.SignalEntityAsync(Log, "append", "note");
            return null;
        })
        .Orchestrator("Main", async context =>
        {
            var round = context.GetInput<int>();
            await context.Entities.SignalEntityAsync(Left, "add", round);
            await context.Entities.SignalEntityAsync(Right, "add", 100, new SignalEntityOptions { SignalTime = context.CurrentUtcDateTime.AddMinutes(5) });
            await using (await context.Entities.LockEntitiesAsync(Right, Left))
            {
                await Task.WhenAll(context.Entities.CallEntityAsync(Left, "add", -10), context.Entities.CallEntityAsync(Right, "add", 10));
                try
                {
                    await context.Entities.CallEntityAsync(Left, "fail", 1000);
                }
                catch (EntityOperationFailedException)
                {
                    // It had no effect.
                }
            }

            await context.CreateTimer(TimeSpan.FromMinutes(10), CancellationToken.None);
            if (round < 2)
            {
                context.ContinueAsNew(round + 1);
            }
            else
            {
                // Left to the end of the orchestration.
                await context.Entities.LockEntitiesAsync(Left);
            }

            return "end";
        });

    /// <returns>Whether the run ended before the fatal call came.</returns>
    private static async Task<bool> RunWithDeathAsync(int fatalCall, bool after)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var store = SqliteOrchestrationStore.InMemory();
        store.TryCreate(NewInstances.Create("main", "Main", "", "1", time.GetUtcNow()), []);
        store.Entities.Send(new OutgoingEntityMessage(Right.ToString(), new OperationRequested("add", "7")), time.GetUtcNow());
        if (await EngineWorld.RunUntilDeathAsync("main", new MortalStore(store, fatalCall, after), Code(), time))
        {
            return true;
        }

        time.Advance(TimeSpan.FromHours(1));
        await using var second = new EngineWorld(new MortalStore(store, int.MaxValue, after), Code(), time);
        var ended = await second.RunToEndAsync("main");
        await second.SettleAsync();

        var at = $"killed {(after ? "after" : "before")} call {fatalCall}";
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{at}: {ended.RuntimeStatus} {ended.SerializedOutput}");
        async Task<T?> StateOf<T>(EntityInstanceId id) => await second.Client.Entities.GetEntityAsync<T>(id) is { IncludesState: true } entity ? entity.State : default;
        Assert.True((-17, 227) == (await StateOf<int>(Left), await StateOf<int>(Right)), $"{at}: {await StateOf<int>(Left)} {await StateOf<int>(Right)}");
        Assert.Equal(
            ["left-10", "left-10", "left1", "left2", "note", "right10", "right10", "right100", "right100", "right7"],
            (await StateOf<List<string>>(Log))!.Order(StringComparer.Ordinal));
        Assert.All(store.Entities.List(new(WithoutState: true), null, 10, time.GetUtcNow()), row => Assert.Equal((null, 0), (row.LockedBy, row.Backlog)));
        return false;
    }
}
