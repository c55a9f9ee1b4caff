using Celerity.TestKit.Hosting;
using Microsoft.DurableTask;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>What the host makes of an app that does not come to rest, and what it tells then.</summary>
public sealed class RestTests
{
    private readonly TestApp _app = new();

    [Fact]
    public async Task Hang_IsAnErrorThatSaysWhatRunsAndWhatHappened()
    {
        await using var host = await _app.StartAsync(options => options.HangLimit = TimeSpan.FromSeconds(2));
        await host.Queues.SendAsync("hang", "forever");

        var error = await Assert.ThrowsAsync<TestHostException>(() => host.RunUntilIdleAsync());

        Assert.Contains("Still running: function Hang.", error.Problem, StringComparison.Ordinal);
        Assert.Contains("queue    hang [", error.Message, StringComparison.Ordinal);
        Assert.Contains("function Hang: begins", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimeLimit_OfTheAppsCode_StrikesByTheClock()
    {
        await using var host = await _app.StartAsync(options => options.Patience = TimeSpan.FromMilliseconds(20));
        await host.Queues.SendAsync("limited", "in vain");

        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(["in vain", "given up at 00:05"], _app.Noted);
        Assert.Equal(0, await host.Queues.CountAsync("limited"));
    }

    [Fact]
    public async Task Timer_ThatTicksBesideWork_IsNoWait()
    {
        await using var host = await _app.StartAsync(options => options.HangLimit = options.Patience = TimeSpan.FromSeconds(1));
        await host.Queues.SendAsync("ticking", "forever");

        var error = await Assert.ThrowsAsync<TestHostException>(() => host.RunUntilIdleAsync());

        Assert.EndsWith("Still running: function Ticking.", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FunctionTimeout_WithATimeLimitedWait_IsOfTheVirtualClock()
    {
        await using var host = await _app.StartAsync(options => options.Set("AzureFunctionsJobHost__functionTimeout", "00:02:00"));
        await host.Queues.SendAsync("slowly", "10");

        await host.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Contains(host.Transcript.Entries, entry => entry.What.StartsWith("failed: FunctionTimeoutException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunToCompletion_WaitsForAnEventThatNeverComes_IsAnError()
    {
        await using var host = await _app.StartAsync();
        var id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("WaitForNothing", new StartOrchestrationOptions("waiting"));

        var error = await Assert.ThrowsAsync<TestHostException>(() => host.RunToCompletionAsync(id));

        Assert.Equal("Orchestration 'waiting' waits for something that time does not bring: no timer is due.", error.Problem);
        Assert.Contains("durable  WaitForNothing [waiting]: Running", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunToCompletion_TakesLongerThanAllowed_IsAnError()
    {
        await using var host = await _app.StartAsync();
        var id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Steps", new StartOrchestrationOptions("steps"));

        var error = await Assert.ThrowsAsync<TestHostException>(() => host.RunToCompletionAsync(id, within: TimeSpan.FromHours(23)));

        Assert.Equal("Orchestration 'steps' has not come to an end within 23:00:00 of virtual time.", error.Problem);
    }

    [Fact]
    public async Task RunToCompletion_UnknownInstance_IsAnError()
    {
        await using var host = await _app.StartAsync();

        Assert.Equal("There is no orchestration 'nobody'.", (await Assert.ThrowsAsync<TestHostException>(() => host.RunToCompletionAsync("nobody"))).Problem);
    }

    [Fact]
    public async Task RunUntilIdle_UntilNothingIsScheduled_JumpsOverTimersAndHiddenMessages()
    {
        await using var host = await _app.StartAsync();
        await host.Durable.ScheduleNewOrchestrationInstanceAsync("Steps");
        await host.Queues.SendAsync("notes", "late", delay: TimeSpan.FromDays(3));
        var start = host.Now;

        await host.RunUntilIdleAsync();
        Assert.Equal(["one"], _app.Noted);
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        Assert.Equal(["one", "two", "late"], _app.Noted);
        Assert.Equal(TimeSpan.FromDays(3), host.Now - start);
    }

    [Fact]
    public async Task Output_IsGivenEachLineAtOnce()
    {
        var lines = new List<string>();
        await using var host = await _app.StartAsync(options => options.Output = lines.Add);
        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync();

        Assert.Equal(host.Transcript.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), lines);
        Assert.Equal(
            ["app: started", "notes: sent by the test", "received, delivery 1", "Note: begins", "Note: succeeded", "deleted"],
            lines.Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 34)..]));
    }
}
