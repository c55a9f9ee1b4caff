using System.Globalization;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

#pragma warning disable CA1849 // CancelAsync would leave the orchestrator thread.
namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>What every store must let the engine do.</summary>
public abstract partial class OrchestrationSuite
{
    private readonly DelegateCode _code = new();

    [Fact]
    public async Task CallActivity_InSequence_ReturnsTheirResults()
    {
        await using var world = World(_code
            .Activity<string>("Hello", name => $"Hello {name}!")
            .Orchestrator("Cities", async context =>
            {
                var greetings = new List<string>();
                foreach (var city in context.GetInput<string[]>()!)
                {
                    greetings.Add(await context.CallActivityAsync<string>("hello", city));
                }

                return greetings;
            }));

        var ended = await world.StartAndRunAsync("Cities", new[] { "Tokyo", "Seattle", "London" });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(["Hello Tokyo!", "Hello Seattle!", "Hello London!"], ended.ReadOutputAs<string[]>()!);
        Assert.Equal(3, _code.Calls.Count);

        // OrchestratorStarted, ExecutionStarted, then per activity: scheduled, completed, episode end and start; ExecutionCompleted, end.
        Assert.Equal(16, world.Store.Find(ended.InstanceId)!.HistoryCount);
    }

    [Fact]
    public async Task CallActivity_FanOut_JoinsAll()
    {
        await using var world = World(_code
            .Activity<int>("Square", n => n * n)
            .Orchestrator("Sum", async context => (await Task.WhenAll(
                Enumerable.Range(1, context.GetInput<int>()).Select(n => context.CallActivityAsync<int>("Square", n)))).Sum()));

        var ended = await world.StartAndRunAsync("Sum", 200);

        Assert.Equal(Enumerable.Range(1, 200).Sum(n => n * n), ended.ReadOutputAs<int>());
        Assert.Equal(200, _code.Calls.Distinct().Count());
        Assert.Equal(200, _code.Calls.Count);
    }

    [Fact]
    public async Task CreateTimer_SevenDays_FiresThen()
    {
        await using var world = World(_code.Orchestrator("Week", async context =>
        {
            var begin = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
            return (context.CurrentUtcDateTime - begin).TotalDays;
        }));

        var ended = await world.StartAndRunAsync("Week");

        Assert.Equal(7, ended.ReadOutputAs<double>());
        Assert.Equal(3, world.Store.ReadHistory(ended.InstanceId).OfType<TimerCreated>().Count());
    }

    [Fact]
    public async Task WhenAny_EventBeforeTimer_EventWinsAndTimerIsCancelled()
    {
        await using var world = World(_code.Orchestrator("Race", async context =>
        {
            using var stop = new CancellationTokenSource();
            var approval = context.WaitForExternalEvent<string>("Approval");
            var timeout = context.CreateTimer(TimeSpan.FromHours(24), stop.Token);
            if (await Task.WhenAny(approval, timeout) == timeout)
            {
                return "timeout";
            }

            stop.Cancel();
            return await approval;
        }));
        var early = await world.StartAsync("Race");
        var late = await world.StartAsync("Race");

        await world.Client.RaiseEventAsync(early, "approval", "yes");
        await world.SettleAsync();

        Assert.Equal("yes", (await world.Client.GetInstanceAsync(early, true))!.ReadOutputAs<string>());
        Assert.Equal("timeout", (await world.RunToEndAsync(late)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task CreateTimer_LeftOpen_HoldsTheOrchestrationUntilItFires()
    {
        await using var world = World(_code.Orchestrator("Careless", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return Task.FromResult<object?>("done");
        }));
        var begin = world.Time.GetUtcNow();

        var id = await world.StartAsync("Careless");

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await world.Client.GetInstanceAsync(id))!.RuntimeStatus);
        var ended = await world.RunToEndAsync(id);
        Assert.Equal("done", ended.ReadOutputAs<string>());
        Assert.Equal(begin.AddHours(1), world.Time.GetUtcNow());
    }

    [Fact]
    public async Task WaitForExternalEvent_KeptAcrossManyTimerRounds_IsServedOnce()
    {
        await using var world = World(_code.Orchestrator("Watch", async context =>
        {
            var stop = context.WaitForExternalEvent<string>("Stop");
            for (var round = 1; ; round++)
            {
                using var cancel = new CancellationTokenSource();
                var tick = context.CreateTimer(TimeSpan.FromMinutes(1), cancel.Token);
                if (await Task.WhenAny(stop, tick) == stop)
                {
                    cancel.Cancel();
                    return $"{round}:{await stop}";
                }
            }
        }));
        var id = await world.StartAsync("Watch");

        for (var minute = 0; minute < 25; minute++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(1));
            await world.SettleAsync();
        }

        await world.Client.RaiseEventAsync(id, "Stop", "enough");
        await world.SettleAsync();

        Assert.Equal("26:enough", (await world.Client.GetInstanceAsync(id, true))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task RaiseEvent_BeforeTheWait_IsBufferedInOrder()
    {
        await using var world = World(_code.Orchestrator("Late", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return $"{await context.WaitForExternalEvent<int>("N")},{await context.WaitForExternalEvent<int>("n")}";
        }));
        var id = await world.StartAsync("Late");

        await world.Client.RaiseEventAsync(id, "n", 1);
        await world.Client.RaiseEventAsync(id, "N", 2);

        Assert.Equal("1,2", (await world.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_TwoWaiters_NewestIsServedFirst()
    {
        await using var world = World(_code.Orchestrator("Stack", async context =>
        {
            var first = context.WaitForExternalEvent<string>("E");
            var second = context.WaitForExternalEvent<string>("E");
            return await second + await first;
        }));
        var id = await world.StartAsync("Stack");

        await world.Client.RaiseEventAsync(id, "E", "a");
        await world.Client.RaiseEventAsync(id, "E", "b");
        await world.SettleAsync();

        Assert.Equal("ab", (await world.Client.GetInstanceAsync(id, true))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForExternalEvent_TimesOut_ThrowsTaskCanceled()
    {
        await using var world = World(_code.Orchestrator("Impatient", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("Never", TimeSpan.FromMinutes(5));
            }
            catch (TaskCanceledException)
            {
                return "cancelled";
            }
        }));

        Assert.Equal("cancelled", (await world.StartAndRunAsync("Impatient")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_WithUnclaimedEvents_CarriesThemOverAndForgetsHistory()
    {
        await using var world = World(_code.Orchestrator("Collect", async context =>
        {
            var sum = context.GetInput<int>();
            if (sum >= 1111)
            {
                return sum;
            }

            // Let all events arrive before the first is taken.
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            sum += await context.WaitForExternalEvent<int>("Add");
            context.SetCustomStatus(sum);
            context.ContinueAsNew(sum);
            return null;
        }));
        var id = await world.StartAsync("Collect", 0);
        foreach (var n in new[] { 1, 10, 100, 1000 })
        {
            await world.Client.RaiseEventAsync(id, "Add", n);
        }

        var ended = await world.RunToEndAsync(id);

        Assert.Equal(1111, ended.ReadOutputAs<int>());
        Assert.Equal(1111, ended.ReadCustomStatusAs<int>());
        var row = world.Store.Find(id)!;
        Assert.Equal(4, row.HistoryCount);
        Assert.Equal(world.Store.ReadHistory(id).Count, row.HistoryCount);
        Assert.InRange(row.HistoryPeak, 5, 20);
    }

    [Fact]
    public async Task ContinueAsNew_NotPreserving_DropsUnclaimedEvents()
    {
        await using var world = World(_code.Orchestrator("Forget", async context =>
        {
            if (context.GetInput<bool>())
            {
                using var stop = new CancellationTokenSource();
                var kept = context.WaitForExternalEvent<int>("Add");
                var timer = context.CreateTimer(TimeSpan.FromHours(1), stop.Token);
                return await Task.WhenAny(kept, timer) == kept;
            }

            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            context.ContinueAsNew(true, preserveUnprocessedEvents: false);
            return null;
        }));
        var id = await world.StartAsync("Forget", false);
        await world.Client.RaiseEventAsync(id, "Add", 1);

        Assert.False((await world.RunToEndAsync(id)).ReadOutputAs<bool>());
    }

    [Fact]
    public async Task CallSubOrchestrator_Fails_ParentSeesWhy()
    {
        await using var world = World(_code
            .Activity<string>("Break", _ => throw new InvalidOperationException("outer", new FormatException("inner")))
            .Orchestrator("Child", async context => await context.CallActivityAsync<string>("Break", "x"))
            .Orchestrator("Parent", async context =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Child", null, new SubOrchestrationOptions(instanceId: "the-child"));
                }
                catch (TaskFailedException failed)
                {
                    var cause = failed.FailureDetails.InnerFailure!;
                    return $"{failed.TaskName}|{failed.FailureDetails.IsCausedBy<TaskFailedException>()}|{cause.ErrorType}|{cause.ErrorMessage}|"
                        + $"{cause.IsCausedBy<InvalidOperationException>()}|{cause.InnerFailure!.ErrorType}|{failed.Message}";
                }
            }));

        var ended = await world.StartAndRunAsync("Parent");

        Assert.Equal(
            "Child|True|System.InvalidOperationException|outer|True|System.FormatException|Task 'Child' (#0) failed with an unhandled exception: "
            + "Task 'Break' (#0) failed with an unhandled exception: outer",
            ended.ReadOutputAs<string>());
        var child = await world.Client.GetInstanceAsync("the-child", true);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, child!.RuntimeStatus);
        Assert.StartsWith("Microsoft.DurableTask.TaskFailedException", child.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallSubOrchestrator_Succeeds_ReturnsItsResultAndKnowsItsParent()
    {
        await using var world = World(_code
            .Orchestrator("Child", context => Task.FromResult<object?>($"{context.Parent!.Name}/{context.Parent.InstanceId}/{context.GetInput<int>()}"))
            .Orchestrator("Parent", async context => await context.CallSubOrchestratorAsync<string>("Child", 5)));

        var ended = await world.StartAndRunAsync("Parent", options: new StartOrchestrationOptions("p1"));

        Assert.Equal("Parent/p1/5", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task RetryPolicy_EventualSuccess_WaitsBetweenAttempts()
    {
        var attempts = 0;
        await using var world = World(_code
            .Activity<string>("Flaky", _ => ++attempts < 4 ? throw new TimeoutException("slow") : "ok")
            .Orchestrator("Retry", async context =>
            {
                var begin = context.CurrentUtcDateTime;
                var result = await context.CallActivityAsync<string>(
                    "Flaky", null, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10), backoffCoefficient: 2)));
                return $"{result} after {(context.CurrentUtcDateTime - begin).TotalSeconds}";
            }));

        var ended = await world.StartAndRunAsync("Retry");

        Assert.Equal("ok after 70", ended.ReadOutputAs<string>());
        Assert.Equal(4, attempts);
    }

    [Fact]
    public async Task RetryPolicy_AllAttemptsFail_ThrowsAfterAsManyTimersAsAttempts()
    {
        await using var world = World(_code
            .Activity<string>("Broken", _ => throw new TimeoutException("slow"))
            .Orchestrator("Retry", async context => await context.CallActivityAsync<string>(
                "Broken", null, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1))))));

        var ended = await world.StartAndRunAsync("Retry");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("System.TimeoutException", ended.FailureDetails!.InnerFailure!.ErrorType);
        var history = world.Store.ReadHistory(ended.InstanceId);
        Assert.Equal((3, 3), (history.OfType<TaskScheduled>().Count(), history.OfType<TimerCreated>().Count()));
    }

    [Fact]
    public async Task RetryPolicy_FilteredFailure_IsNotRetried()
    {
        await using var world = World(_code
            .Activity<string>("Broken", _ => throw new ArgumentException("bad"))
            .Orchestrator("Retry", async context => await context.CallActivityAsync<string>("Broken", null, TaskOptions.FromRetryPolicy(
                new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = failure => !failure.IsCausedBy<ArgumentException>() }))));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await world.StartAndRunAsync("Retry")).RuntimeStatus);
        Assert.Single(_code.Calls);
    }

    [Fact]
    public async Task RetryHandler_SaysWhenToStop()
    {
        await using var world = World(_code
            .Activity<string>("Broken", _ => throw new TimeoutException("slow"))
            .Orchestrator("Retry", async context => await context.CallActivityAsync<string>(
                "Broken", null, TaskOptions.FromRetryHandler(retry => retry.LastAttemptNumber < 3))));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await world.StartAndRunAsync("Retry")).RuntimeStatus);
        Assert.Equal(3, _code.Calls.Count);
    }

    [Fact]
    public async Task CallActivity_UnknownName_FailsWithoutRetry()
    {
        await using var world = World(_code.Orchestrator("Typo", async context => await context.CallActivityAsync<string>(
            "NoSuch", null, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1))))));

        var ended = await world.StartAndRunAsync("Typo");

        Assert.Contains("The function 'NoSuch' doesn't exist, is disabled, or is not an activity function.", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(world.Store.ReadHistory(ended.InstanceId).OfType<TimerCreated>());
    }

    [Fact]
    public async Task Terminate_Waiting_EndsWithItsOutput()
    {
        await using var world = World(_code.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("Never")));
        var id = await world.StartAsync("Wait");

        await world.Client.TerminateInstanceAsync(id, "because");
        await world.SettleAsync();

        var ended = await world.Client.GetInstanceAsync(id, true);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended!.RuntimeStatus);
        Assert.Equal("because", ended.ReadOutputAs<string>());
        var again = await Assert.ThrowsAsync<RpcException>(() => world.Client.TerminateInstanceAsync(id));
        Assert.Equal(StatusCode.FailedPrecondition, again.StatusCode);
        var raised = await Assert.ThrowsAsync<RpcException>(() => world.Client.RaiseEventAsync(id, "Never"));
        Assert.Equal(StatusCode.FailedPrecondition, raised.StatusCode);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => world.Client.TerminateInstanceAsync("nobody"))).StatusCode);
    }

    [Fact]
    public async Task Terminate_ScheduledForLater_NeverRuns()
    {
        var runs = 0;
        await using var world = World(_code.Orchestrator("Later", _ => Task.FromResult<object?>(++runs)));
        var id = await world.StartAsync("Later", options: new StartOrchestrationOptions(StartAt: world.Time.GetUtcNow().AddDays(1)));

        await world.Client.TerminateInstanceAsync(id);
        await world.SettleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await world.Client.GetInstanceAsync(id))!.RuntimeStatus);
        Assert.Null(world.Store.NextDueAt(world.Time.GetUtcNow()));
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task Start_ScheduledForLater_IsPendingUntilThenAndKeepsEvents()
    {
        await using var world = World(_code.Orchestrator("Later", async context =>
            $"{await context.WaitForExternalEvent<string>("E")} at {context.CurrentUtcDateTime:HH}"));
        var id = await world.StartAsync("Later", options: new StartOrchestrationOptions(StartAt: world.Time.GetUtcNow().AddHours(5)));
        await world.Client.RaiseEventAsync(id, "E", "kept");
        await world.SettleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await world.Client.GetInstanceAsync(id))!.RuntimeStatus);
        Assert.Equal("kept at 05", (await world.RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspend_HoldsEventsUntilResume()
    {
        await using var world = World(_code
            .Activity<string>("Work", input => input)
            .Orchestrator("Pausable", async context => await context.CallActivityAsync<string>("Work", await context.WaitForExternalEvent<string>("Go"))));
        var id = await world.StartAsync("Pausable");

        await world.Client.SuspendInstanceAsync(id, "lunch");
        await world.Client.RaiseEventAsync(id, "Go", "now");
        await world.SettleAsync();

        var paused = await world.Client.GetInstanceAsync(id, true);
        Assert.Equal((OrchestrationRuntimeStatus.Suspended, "lunch"), (paused!.RuntimeStatus, paused.SerializedOutput));
        Assert.Empty(_code.Calls);
        Assert.Equal(StatusCode.Unknown, (await Assert.ThrowsAsync<RpcException>(() => world.Client.SuspendInstanceAsync(id))).StatusCode);

        await world.Client.ResumeInstanceAsync(id);
        await world.SettleAsync();

        Assert.Equal("now", (await world.Client.GetInstanceAsync(id, true))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SetCustomStatus_IsVisibleWhileRunning()
    {
        await using var world = World(_code.Orchestrator("Progress", async context =>
        {
            context.SetCustomStatus(new { Step = 1 });
            context.SetCustomStatus(new { Step = 2 });
            await context.WaitForExternalEvent<string>("Go");
            context.SetCustomStatus(null);
            return null;
        }));
        var id = await world.StartAsync("Progress");

        Assert.Equal("""{"Step":2}""", (await world.Client.GetInstanceAsync(id, true))!.SerializedCustomStatus);

        await world.Client.RaiseEventAsync(id, "Go");
        await world.SettleAsync();
        Assert.Equal("null", (await world.Client.GetInstanceAsync(id, true))!.SerializedCustomStatus);
    }

    [Fact]
    public async Task Start_IdThatRuns_IsRefusedAndIdThatEndedIsReplaced()
    {
        await using var world = World(_code.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("Go")));
        var options = new StartOrchestrationOptions("one");
        await world.StartAsync("Wait", options: options);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => world.Client.ScheduleNewOrchestrationInstanceAsync("Wait", options));

        await world.Client.RaiseEventAsync("one", "Go", "first");
        await world.SettleAsync();
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => world.Client.ScheduleNewOrchestrationInstanceAsync(
            "Wait", options.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed)));
        await world.StartAsync("Wait", options: options);
        await world.Client.RaiseEventAsync("one", "Go", "second");
        await world.SettleAsync();
        Assert.Equal("second", (await world.Client.GetInstanceAsync("one", true))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SendEvent_ReachesTheOtherOrchestration()
    {
        await using var world = World(_code
            .Orchestrator("Receiver", async context => await context.WaitForExternalEvent<string>("News"))
            .Orchestrator("Sender", context =>
            {
                context.SendEvent("receiver", "News", "hello");
                context.SendEvent("nobody", "News", "lost");
                return Task.FromResult<object?>(null);
            }));
        await world.StartAsync("Receiver", options: new StartOrchestrationOptions("receiver"));

        await world.StartAsync("Sender");

        Assert.Equal("hello", (await world.RunToEndAsync("receiver")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Replay_ChangedCode_FailsAsNonDeterministic()
    {
        await using var world = World(_code
            .Activity<string>("A", input => input)
            .Activity<string>("B", input => input)
            .Orchestrator("Changing", async context =>
            {
                await context.CallActivityAsync<string>("A", "");
                return await context.WaitForExternalEvent<string>("Go");
            }));
        var id = await world.StartAsync("Changing");

        _code.Orchestrator("Changing", async context => await context.CallActivityAsync<string>("B", ""));
        await world.Client.RaiseEventAsync(id, "Go");
        await world.SettleAsync();

        var ended = await world.Client.GetInstanceAsync(id, true);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended!.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", ended.FailureDetails!.ErrorType);
        Assert.Contains("TaskScheduled 'A' (#0), where the replayed orchestrator asked for TaskScheduled 'B' (#0)", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Await_NotDurable_FailsWithTheReason()
    {
        var never = new TaskCompletionSource();
        await using var world = World(_code.Orchestrator("Illegal", async _ =>
        {
            await never.Task;
            return null;
        }));

        var ended = await world.StartAndRunAsync("Illegal");

        Assert.StartsWith("An invalid asynchronous invocation was detected.", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewGuid_OnReplay_IsTheSame()
    {
        var seen = new List<Guid>();
        await using var world = World(_code
            .Activity<string>("A", input => input)
            .Orchestrator("Guids", async context =>
            {
                seen.Add(context.NewGuid());
                await context.CallActivityAsync<string>("A", "");
                return context.NewGuid();
            }));

        var ended = await world.StartAndRunAsync("Guids", options: new StartOrchestrationOptions("g"));

        Assert.Equal(2, seen.Count);
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(5, seen[0].Version);
        Assert.NotEqual(seen[0], ended.ReadOutputAs<Guid>());
    }

    [Fact]
    public async Task IsReplaying_IsTrueOnlyForWhatHasHappened()
    {
        var flags = new List<bool>();
        await using var world = World(_code
            .Activity<string>("A", input => input)
            .Orchestrator("Flags", async context =>
            {
                flags.Add(context.IsReplaying);
                await context.CallActivityAsync<string>("A", "");
                flags.Add(context.IsReplaying);
                return null;
            }));

        await world.StartAndRunAsync("Flags");

        Assert.Equal([false, true, false], flags);
    }

    [Fact]
    public async Task Purge_Ended_ForgetsAllOfIt()
    {
        await using var world = World(_code
            .Orchestrator("Quick", _ => Task.FromResult<object?>(1))
            .Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("Go")));
        var quick = await world.StartAsync("Quick");
        var waiting = await world.StartAsync("Wait");

        Assert.Equal(1, (await world.Client.PurgeInstanceAsync(quick)).PurgedInstanceCount);
        Assert.Equal(0, (await world.Client.PurgeInstanceAsync(quick)).PurgedInstanceCount);
        Assert.Equal(0, (await world.Client.PurgeInstancesAsync(null, null)).PurgedInstanceCount);
        Assert.Empty(world.Store.ReadHistory(quick));
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => world.Client.PurgeInstanceAsync(waiting))).StatusCode);
    }

    [Fact]
    public async Task GetAllInstances_FiltersAndPages()
    {
        await using var world = World(_code
            .Orchestrator("Quick", _ => Task.FromResult<object?>(1))
            .Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("Go")));
        for (var i = 0; i < 7; i++)
        {
            await world.StartAsync(i % 2 == 0 ? "Quick" : "Wait", options: new StartOrchestrationOptions($"job_{i.ToString(CultureInfo.InvariantCulture)}"));
        }

        await world.StartAsync("Quick", options: new StartOrchestrationOptions("other"));
        var query = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "job_", PageSize: 3);

        var pages = new List<int>();
        var ids = new List<string>();
        await foreach (var page in world.Client.GetAllInstancesAsync(query).AsPages())
        {
            pages.Add(page.Values.Count);
            ids.AddRange(page.Values.Select(item => item.InstanceId));
        }

        Assert.Equal(["job_0", "job_2", "job_4", "job_6"], ids);
        Assert.Equal([3, 1], pages);
    }

    private protected abstract IOrchestrationStore OpenStore();

    private EngineWorld World(DelegateCode code) => new(OpenStore(), code);
}
