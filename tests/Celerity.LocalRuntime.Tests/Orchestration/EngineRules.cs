using System.Text.Json;
using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>The finer rules, none of which depends on where orchestrations are stored.</summary>
public sealed class EngineRules
{
    private readonly DelegateCode _code = new();

    [Fact]
    public async Task ContinueAsNew_LateResultOfTheOldExecution_IsNotTakenForTheNewOnes()
    {
        var release = new TaskCompletionSource<object?>();
        await using var world = World(_code
            .Activity<string>("Slow", async (_, _) => await release.Task)
            .Orchestrator("Again", async context =>
            {
                if (context.GetInput<int>() == 0)
                {
                    _ = context.CallActivityAsync<string>("Slow", "");
                    context.ContinueAsNew(1);
                    return null;
                }

                return await context.CallActivityAsync<string>("Slow", "") + await context.WaitForExternalEvent<string>("End");
            }));
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Again", 0);

        release.SetResult("value");
        await world.SettleAsync();
        await world.Client.RaiseEventAsync(id, "End", "!");
        var ended = await world.RunToEndAsync(id);

        Assert.Equal("value!", ended.ReadOutputAs<string>());
        Assert.Single(world.Store.ReadHistory(id).OfType<TaskCompleted>());
        Assert.Equal(2, _code.Calls.Count);
    }

    [Fact]
    public async Task ContinueAsNew_CustomStatus_IsKeptUntilSetAgain()
    {
        await using var world = World(_code.Orchestrator("Status", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                context.SetCustomStatus("first");
                context.ContinueAsNew(1);
                return null;
            }

            return await context.WaitForExternalEvent<string>("End");
        }));

        var id = await world.StartAsync("Status", 0);

        var running = await world.Client.GetInstanceAsync(id, getInputsAndOutputs: true);
        Assert.Equal((OrchestrationRuntimeStatus.Running, "first", 1), (running!.RuntimeStatus, running.ReadCustomStatusAs<string>(), running.ReadInputAs<int>()));
    }

    [Fact]
    public async Task ContinueAsNew_ThenThrow_Fails()
    {
        await using var world = World(_code.Orchestrator("Both", context =>
        {
            context.ContinueAsNew(1);
            throw new InvalidOperationException("after all");
        }));

        Assert.Equal("System.InvalidOperationException: after all", (await world.StartAndRunAsync("Both")).SerializedOutput);
    }

    [Fact]
    public async Task RetryPolicy_OfASubOrchestration_RunsTheSameInstanceAgain()
    {
        var runs = 0;
        await using var world = World(_code
            .Orchestrator("Child", _ => ++runs < 3 ? throw new TimeoutException("not yet") : Task.FromResult<object?>(runs))
            .Orchestrator("Parent", async context => await context.CallSubOrchestratorAsync<int>(
                "Child", null, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1))).WithInstanceId("kid"))));

        var ended = await world.StartAndRunAsync("Parent");

        Assert.Equal(3, ended.ReadOutputAs<int>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await world.Client.GetInstanceAsync("kid"))!.RuntimeStatus);
        Assert.All(world.Store.ReadHistory(ended.InstanceId).OfType<SubOrchestrationInstanceCreated>(), item => Assert.Equal("kid", item.InstanceId));
    }

    [Theory]
    [InlineData(4, 60, new[] { 10, 20, 40 })]
    [InlineData(5, 15, new[] { 10, 15, 15, 15 })]
    public async Task RetryPolicy_Delays_GrowToTheirCeiling(int attempts, int ceilingSeconds, int[] expected)
    {
        await using var world = World(_code
            .Activity<string>("Broken", _ => throw new TimeoutException("slow"))
            .Orchestrator("Retry", async context => await context.CallActivityAsync<string>("Broken", null, TaskOptions.FromRetryPolicy(
                new RetryPolicy(attempts, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(ceilingSeconds))))));

        var ended = await world.StartAndRunAsync("Retry");

        var history = world.Store.ReadHistory(ended.InstanceId);
        var delays = history.OfType<TimerCreated>().Select(timer => (int)(timer.FireAt - timer.At).TotalSeconds);
        Assert.Equal([.. expected, 0], delays);
    }

    [Fact]
    public async Task RetryPolicy_TimeoutReached_Stops()
    {
        await using var world = World(_code
            .Activity<string>("Broken", _ => throw new TimeoutException("slow"))
            .Orchestrator("Retry", async context => await context.CallActivityAsync<string>("Broken", null, TaskOptions.FromRetryPolicy(
                new RetryPolicy(100, TimeSpan.FromSeconds(10), retryTimeout: TimeSpan.FromSeconds(25))))));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await world.StartAndRunAsync("Retry")).RuntimeStatus);
        Assert.Equal(4, _code.Calls.Count);
    }

    [Fact]
    public async Task AsyncRetryHandler_MayWaitOnATimer()
    {
        var runs = 0;
        await using var world = World(_code
            .Activity<string>("Flaky", _ => ++runs < 3 ? throw new TimeoutException("slow") : "ok")
            .Orchestrator("Retry", async context =>
            {
                var begin = context.CurrentUtcDateTime;
                await context.CallActivityAsync<string>("Flaky", null, TaskOptions.FromRetryHandler(async retry =>
                {
                    await retry.OrchestrationContext.CreateTimer(TimeSpan.FromHours(retry.LastAttemptNumber), CancellationToken.None);
                    return retry.LastFailure.IsCausedBy<TimeoutException>();
                }));
                return (context.CurrentUtcDateTime - begin).TotalHours;
            }));

        Assert.Equal(3, (await world.StartAndRunAsync("Retry")).ReadOutputAs<double>());
    }

    [Fact]
    public async Task RaiseEvent_PayloadOfAnotherType_FailsTheOrchestration()
    {
        await using var world = World(_code.Orchestrator("Waits", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<int>("E");
            }
            catch (JsonException)
            {
                return "caught";
            }
        }));
        var id = await world.StartAsync("Waits");

        await world.Client.RaiseEventAsync(id, "E", "no number");

        var ended = await world.RunToEndAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(typeof(JsonException).FullName, ended.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task WaitForExternalEvent_SecondTypeForAName_IsRefused()
    {
        await using var world = World(_code.Orchestrator("Types", async context =>
        {
            _ = context.WaitForExternalEvent<int>("E");
            return await context.WaitForExternalEvent<string>("e");
        }));

        Assert.StartsWith("System.ArgumentException: Events with the same name must have the same type argument. Expected System.Int32 but was requested System.String.", (await world.StartAndRunAsync("Types")).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitForExternalEvent_CancelledWaiter_LeavesTheEventToTheOlderOne()
    {
        await using var world = World(_code.Orchestrator("Skip", async context =>
        {
            var older = context.WaitForExternalEvent<string>("E");
            using var stop = new CancellationTokenSource();
            var newer = context.WaitForExternalEvent<string>("E", stop.Token);
#pragma warning disable CA1849 // CancelAsync would leave the orchestrator thread.
            stop.Cancel();
#pragma warning restore CA1849
            return $"{await older}, {newer.Status}";
        }));
        var id = await world.StartAsync("Skip");

        await world.Client.RaiseEventAsync(id, "E", "kept");

        Assert.Equal("kept, Canceled", (await world.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Terminate_WhileAnActivityRuns_DropsItsResult()
    {
        var begun = new SemaphoreSlim(0);
        var release = new TaskCompletionSource<object?>();
        await using var world = World(_code
            .Activity<string>("Slow", async (_, _) =>
            {
                begun.Release();
                return await release.Task;
            })
            .Orchestrator("Stopped", async context => await context.CallActivityAsync<string>("Slow", "")));
        var id = await world.Client.ScheduleNewOrchestrationInstanceAsync("Stopped");
        Assert.True(await begun.WaitAsync(EngineWorld.HangLimit));

        await world.Client.TerminateInstanceAsync(id, "enough");
        var ended = await world.Client.WaitForInstanceCompletionAsync(id, true).WaitAsync(EngineWorld.HangLimit);
        release.SetResult("late");
        await world.SettleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal("enough", (await world.Client.GetInstanceAsync(id, true))!.ReadOutputAs<string>());
        Assert.Null(world.Store.NextDueAt(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Suspend_EventsInTheMeantime_AreHandedOverInOrder()
    {
        await using var world = World(_code.Orchestrator("Order", async context =>
        {
            var seen = string.Empty;
            while (seen.Length < 3)
            {
                seen += await context.WaitForExternalEvent<string>("E");
                context.SetCustomStatus(seen);
            }

            return seen;
        }));
        var id = await world.StartAsync("Order");
        await world.Client.SuspendInstanceAsync(id);
        foreach (var letter in new[] { "a", "b", "c" })
        {
            await world.Client.RaiseEventAsync(id, "E", letter);
            await world.SettleAsync();
        }

        Assert.Null((await world.Client.GetInstanceAsync(id, true))!.SerializedCustomStatus);
        await world.Client.ResumeInstanceAsync(id);

        Assert.Equal("abc", (await world.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Await_EndedOnAnotherThread_RunsNoCodeOutsideAnEpisode()
    {
        var foreign = new TaskCompletionSource();
        var resumed = 0;
        await using var world = World(_code.Orchestrator("Illegal", async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            await foreign.Task;
            resumed++;
            await timer;
            return "by the timer";
        }));
        var id = await world.StartAsync("Illegal");

        foreign.SetResult();
        Assert.Equal(0, resumed);

        Assert.Equal("by the timer", (await world.RunToEndAsync(id)).ReadOutputAs<string>());
        Assert.Equal(1, resumed);
    }

    [Fact]
    public async Task Context_UsedFromAnotherThread_Throws()
    {
        await using var world = World(_code.Orchestrator("Thread", async context =>
        {
            Exception? found = null;
            var thread = new Thread(() => found = Record.Exception(() => context.NewGuid()));
            thread.Start();
            thread.Join();
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            return found!.GetType().Name;
        }));

        Assert.Equal(nameof(InvalidOperationException), (await world.StartAndRunAsync("Thread")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("@counter")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    [InlineData(" ")]
    public async Task Start_BadInstanceId_IsRefused(string id)
    {
        await using var world = World(_code);

        await Assert.ThrowsAsync<ArgumentException>(() => world.Client.ScheduleNewOrchestrationInstanceAsync("X", new StartOrchestrationOptions(id)));
        Assert.Null(world.Store.Find(id));
    }

    [Fact]
    public async Task Start_InstanceIdTooLong_SaysTheLimit()
    {
        await using var world = World(_code);

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => world.Client.ScheduleNewOrchestrationInstanceAsync("X", new StartOrchestrationOptions(new string('x', 257))));

        Assert.Contains("257 characters; the limit is 256", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DedupeStatusesThatContradict_AreRefused()
    {
        await using var world = World(_code);

        await Assert.ThrowsAsync<ArgumentException>(() => world.Client.ScheduleNewOrchestrationInstanceAsync(
            "X", new StartOrchestrationOptions("i").WithDedupeStatuses(OrchestrationRuntimeStatus.Terminated)));
        await Assert.ThrowsAsync<ArgumentException>(() => world.Client.ScheduleNewOrchestrationInstanceAsync(
            "X", new StartOrchestrationOptions("i") { DedupeStatuses = ["Sleeping"] }));
    }

    [Fact]
    public async Task Start_DedupeStatusesWithoutRunning_ReplacesTheRunningOne()
    {
        await using var world = World(_code.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("Go")));
        var options = new StartOrchestrationOptions("one");
        await world.StartAsync("Wait", options: options);

        await world.StartAsync("Wait", "second", options.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed));
        await world.Client.RaiseEventAsync("one", "Go", "x");

        var ended = await world.RunToEndAsync("one");
        Assert.Equal(("second", "x"), (ended.ReadInputAs<string>(), ended.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task WaitForInstanceCompletion_UnknownId_WaitsUntilCancelled()
    {
        await using var world = World(_code);
        using var stop = new CancellationTokenSource();

        var waiting = world.Client.WaitForInstanceCompletionAsync("nobody", stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task RaiseEvent_UnknownId_IsAnErrorUnlessHostJsonSaysOtherwise()
    {
        using var hub = new OrchestrationHub(
            "Test", SqliteOrchestrationStore.InMemory(), Microsoft.DurableTask.Converters.JsonDataConverter.Default, TimeProvider.System);

        var strict = await Assert.ThrowsAsync<RpcException>(() => new LocalDurableTaskClient(hub, new ClientRules()).RaiseEventAsync("nobody", "E"));
        await new LocalDurableTaskClient(hub, new ClientRules(RaiseThrows: false)).RaiseEventAsync("nobody", "E");

        Assert.Equal(StatusCode.NotFound, strict.StatusCode);
        Assert.Equal("No instance with ID nobody was found", strict.Status.Detail);
    }

    [Fact]
    public async Task ReadInputAs_FetchedWithoutData_Throws()
    {
        await using var world = World(_code.Orchestrator("Quick", _ => Task.FromResult<object?>(1)));
        var id = await world.StartAsync("Quick", 5);

        var bare = await world.Client.GetInstanceAsync(id);

        Assert.Throws<InvalidOperationException>(() => bare!.ReadInputAs<int>());
        Assert.Null(bare!.SerializedInput);
    }

    [Fact]
    public async Task Version_IsInheritedBySubOrchestrations()
    {
        await using var world = World(_code
            .Orchestrator("Child", context => Task.FromResult<object?>(context.Version))
            .Orchestrator("Parent", async context => $"{context.Version} {await context.CallSubOrchestratorAsync<string>("Child")} "
                + await context.CallSubOrchestratorAsync<string>("Child", null, new SubOrchestrationOptions { Version = "9" })));

        var ended = await world.StartAndRunAsync("Parent", options: new StartOrchestrationOptions { Version = "2.1" });

        Assert.Equal("2.1 2.1 9", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task CallActivity_OptionsAsInput_IsRefused()
    {
        await using var world = World(_code.Orchestrator("Slip", async context => await context.CallActivityAsync<string>("A", (object)new TaskOptions())));

        Assert.StartsWith("System.ArgumentException", (await world.StartAndRunAsync("Slip")).SerializedOutput, StringComparison.Ordinal);
    }

    private static EngineWorld World(DelegateCode code) => new(SqliteOrchestrationStore.InMemory(), code);
}
