using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

public sealed class RewindTests : IAsyncDisposable
{
    private readonly HashSet<string> _broken = [];
    private readonly DelegateCode _code = new();
    private readonly EngineWorld _world;

    public RewindTests()
    {
        _code
            .Activity<string>("Work", name => _broken.Contains(name) ? throw new InvalidOperationException($"{name} is broken") : name)
            .Orchestrator("FanOut", async context => string.Join(',', await Task.WhenAll(
                context.GetInput<string[]>()!.Select(name => context.CallActivityAsync<string>("Work", name)))))
            .Orchestrator("Retried", async context =>
            {
                var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMinutes(1)));
                return await context.CallActivityAsync<string>("Work", "a", policy) + await context.CallActivityAsync<string>("Work", "b", policy);
            })
            .Orchestrator("Handled", async context =>
            {
                try
                {
                    await context.CallActivityAsync<string>("Work", "optional");
                }
                catch (TaskFailedException)
                {
                    await context.CallActivityAsync<string>("Work", "instead");
                }

                return await context.CallActivityAsync<string>("Work", "needed");
            })
            .Orchestrator("Compensated", async context =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Work", "first") + await context.CallActivityAsync<string>("Work", "second");
                }
                catch (TaskFailedException failed)
                {
                    await context.CallActivityAsync<string>("Work", "undo");
                    await context.CallActivityAsync<string>("Work", "tell");
                    throw new InvalidOperationException("undone", failed);
                }
            })
            .Orchestrator("Chains", async context => string.Join(',', await Task.WhenAll(ChainAsync(context, "a", 1), ChainAsync(context, "b", 3))))
            .Orchestrator("Parent", async context => string.Join(',', await Task.WhenAll(
                context.CallSubOrchestratorAsync<string>("FanOut", new[] { "x", "y" }, new SubOrchestrationOptions { InstanceId = "kid-1" }),
                context.CallSubOrchestratorAsync<string>("FanOut", new[] { "z" }, new SubOrchestrationOptions { InstanceId = "kid-2" }))));
        _world = new EngineWorld(SqliteOrchestrationStore.InMemory(), _code);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Rewind_FanOut_RepeatsFailedActivitiesOnly()
    {
        _broken.UnionWith(["b", "d"]);
        var failed = await _world.StartAndRunAsync("FanOut", new[] { "a", "b", "c", "d" });
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("a,b,c,d", ended.ReadOutputAs<string>());
        Assert.Null(ended.FailureDetails);
        Assert.Equal([("a", 1), ("b", 2), ("c", 1), ("d", 2)], CallCounts());
    }

    [Fact]
    public async Task Rewind_StillBroken_FailsAgainAndCanBeRewoundAgain()
    {
        _broken.Add("a");
        var failed = await _world.StartAndRunAsync("FanOut", new[] { "a" });

        await _world.Client.RewindInstanceAsync(failed.InstanceId, "try");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await _world.RunToEndAsync(failed.InstanceId)).RuntimeStatus);

        Assert.Equal("a", (await RewindRepairedAsync(failed.InstanceId)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Rewind_RetriesUsedUp_RepeatsTheLastAttempt()
    {
        _broken.Add("b");
        var failed = await _world.StartAndRunAsync("Retried");

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("ab", ended.ReadOutputAs<string>());
        Assert.Equal([("a", 1), ("b", 3)], CallCounts());
    }

    [Fact]
    public async Task Rewind_FailureThatWasDealtWith_Stays()
    {
        _broken.UnionWith(["optional", "needed"]);
        var failed = await _world.StartAndRunAsync("Handled");

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("needed", ended.ReadOutputAs<string>());
        Assert.Equal([("instead", 1), ("needed", 2), ("optional", 1)], CallCounts());
    }

    [Fact]
    public async Task Rewind_CompensationBeforeTheEnd_GoesWithTheFailureThatItCameOf()
    {
        _broken.Add("second");
        var failed = await _world.StartAndRunAsync("Compensated");

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("firstsecond", ended.ReadOutputAs<string>());
        Assert.Equal([("first", 1), ("second", 2), ("tell", 1), ("undo", 1)], CallCounts());
    }

    [Fact]
    public async Task Rewind_FailureWhileOthersWentOn_IsFoundByWhatTheExecutionEndedIn()
    {
        _broken.Add("a1");
        var failed = await _world.StartAndRunAsync("Chains");

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("a1,b3", ended.ReadOutputAs<string>());
        Assert.Equal([("a1", 2), ("b1", 1), ("b2", 1), ("b3", 1)], CallCounts());
    }

    [Fact]
    public async Task Rewind_SubOrchestrations_AreRewoundWhereTheyFailed()
    {
        _broken.Add("y");
        var failed = await _world.StartAndRunAsync("Parent", options: new StartOrchestrationOptions("parent"));

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("x,y,z", ended.ReadOutputAs<string>());
        Assert.Equal([("x", 1), ("y", 2), ("z", 1)], CallCounts());
        Assert.Equal("x,y", (await _world.Client.GetInstanceAsync("kid-1", true))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Rewind_SubOrchestrationThatIsGone_IsStartedAgain()
    {
        _broken.Add("y");
        var failed = await _world.StartAndRunAsync("Parent", options: new StartOrchestrationOptions("parent"));
        await _world.Client.PurgeInstanceAsync("kid-1");

        var ended = await RewindRepairedAsync(failed.InstanceId);

        Assert.Equal("x,y,z", ended.ReadOutputAs<string>());
        Assert.Equal([("x", 2), ("y", 2), ("z", 1)], CallCounts());
    }

    [Fact]
    public async Task Rewind_CutOffByCodeThatDidNotFit_GetsWhatItMissed()
    {
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        _code
            .Activity<string>("Slow", async (name, _) =>
            {
                begun.TrySetResult();
                await release.Task;
                return name;
            })
            .Orchestrator("Waiter", async context => await context.WaitForExternalEvent<string>("go"))
            .Orchestrator("Deployed", FirstCode);
        await _world.Client.ScheduleNewOrchestrationInstanceAsync("Deployed", new StartOrchestrationOptions("cut"));
        await begun.Task.WaitAsync(EngineWorld.HangLimit);

        // The wrong code meets the history of the right one; the rest ends while nobody listens.
        _code.Orchestrator("Deployed", async context => await Task.WhenAll(
            context.CallActivityAsync<string>("Work", "other"), context.CallActivityAsync<string>("Work", "another")));
        await _world.Client.RaiseEventAsync("cut", "poke", "poked");
        var failed = await _world.Client.WaitForInstanceCompletionAsync("cut", true).WaitAsync(EngineWorld.HangLimit);
        await _world.Client.RaiseEventAsync("waiter", "go", "gone");
        release.SetResult();
        await _world.SettleAsync();

        _code.Orchestrator("Deployed", FirstCode);
        var ended = await RewindRepairedAsync("cut");

        Assert.Contains("NonDeterministic", failed.FailureDetails!.ErrorType, StringComparison.Ordinal);
        Assert.Equal("slow gone poked", ended.ReadOutputAs<string>());
        Assert.Equal([("slow", 2)], CallCounts());

        static async Task<object?> FirstCode(TaskOrchestrationContext context)
        {
            var slow = context.CallActivityAsync<string>("Slow", "slow");
            var pause = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            var child = context.CallSubOrchestratorAsync<string>("Waiter", null, new SubOrchestrationOptions { InstanceId = "waiter" });
            var poke = await context.WaitForExternalEvent<string>("poke");
            await pause;
            return $"{await slow} {await child} {poke}";
        }
    }

    [Fact]
    public async Task Rewind_NotFailedOrUnknown_Throws()
    {
        var ended = await _world.StartAndRunAsync("FanOut", new[] { "a" });

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _world.Client.RewindInstanceAsync(ended.InstanceId, ""));
        Assert.Contains("Completed", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => _world.Client.RewindInstanceAsync("nobody", ""));
        await Assert.ThrowsAsync<ArgumentException>(() => _world.Client.RewindInstanceAsync("@entity@key", ""));
    }

    private static async Task<string> ChainAsync(TaskOrchestrationContext context, string name, int length)
    {
        var last = "";
        for (var step = 1; step <= length; step++)
        {
            last = await context.CallActivityAsync<string>("Work", $"{name}{step}");
        }

        return last;
    }

    private async Task<OrchestrationMetadata> RewindRepairedAsync(string id)
    {
        _broken.Clear();
        await _world.Client.RewindInstanceAsync(id, "repaired");
        return await _world.RunToEndAsync(id);
    }

    private (string Name, int Count)[] CallCounts() =>
        [.. _code.Calls.Select(call => call.Split('"')[1]).GroupBy(name => name).Select(group => (group.Key, group.Count())).OrderBy(pair => pair.Key, StringComparer.Ordinal)];
}
