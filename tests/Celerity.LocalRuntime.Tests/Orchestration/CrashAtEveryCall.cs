using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>The process is killed at each call to the store in turn; the next process must bring everything to the same end.</summary>
public sealed class CrashAtEveryCall
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AnyCall_NextProcessReachesTheSameEnd(bool after)
    {
        var survived = false;
        for (var call = 0; !survived; call++)
        {
            survived = await RunWithDeathAsync(call, after);
            Assert.InRange(call, 0, 500);
        }
    }

    private static DelegateCode Code() => new DelegateCode()
        .Activity<string>("Echo", input => input)
        .Orchestrator("Child", async context => await context.CallActivityAsync<string>("Echo", "child"))
        .Orchestrator("Main", async context =>
        {
            var round = context.GetInput<int>();
            var parts = await Task.WhenAll(
                context.CallActivityAsync<string>("Echo", $"a{round}"),
                context.CallActivityAsync<string>("Echo", $"b{round}"),
                context.CallSubOrchestratorAsync<string>("Child", null, new SubOrchestrationOptions(instanceId: $"child{round}")));
            await context.CreateTimer(TimeSpan.FromMinutes(10), CancellationToken.None);
            context.SendEvent(context.InstanceId, "Ping", round);
            var ping = await context.WaitForExternalEvent<int>("Ping");
            context.SetCustomStatus($"{string.Join(' ', parts)} {ping}");
            if (round < 2)
            {
                context.ContinueAsNew(round + 1);
            }

            return "end";
        });

    /// <returns>Whether the run ended before the fatal call came.</returns>
    private static async Task<bool> RunWithDeathAsync(int fatalCall, bool after)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var store = SqliteOrchestrationStore.InMemory();
        var mortal = new MortalStore(store, fatalCall, after);
        var code = Code();
        store.TryCreate(NewInstances.Create("main", "Main", "", "1", time.GetUtcNow()), []);
        if (await EngineWorld.RunUntilDeathAsync("main", mortal, code, time))
        {
            return true;
        }

        time.Advance(TimeSpan.FromHours(1));
        await using var second = new EngineWorld(new MortalStore(store, int.MaxValue, after), code, time);
        var ended = await second.RunToEndAsync("main");

        var at = $"killed {(after ? "after" : "before")} call {fatalCall}";
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{at}: {ended.RuntimeStatus} {ended.SerializedOutput}");
        Assert.Equal("\"end\"", ended.SerializedOutput);
        Assert.Equal("a2 b2 child 2", ended.ReadCustomStatusAs<string>());
        Assert.Equal(["Echo:\"a1\"", "Echo:\"a2\"", "Echo:\"b1\"", "Echo:\"b2\"", "Echo:\"child\""], code.Calls.Distinct().Order(StringComparer.Ordinal));
        return false;
    }
}
