using Celerity.TestKit.Hosting;
using Celerity.TestKit.Hosting.Faults;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>Processes that end in the middle of their work, and what the next one makes of it.</summary>
public sealed class CrashTests
{
    private readonly TestApp _app = new();

    [Theory]
    [InlineData(FaultPoint.AfterReceive, 1)]
    [InlineData(FaultPoint.BeforeFunction, 1)]
    [InlineData(FaultPoint.AfterFunction, 2)]
    [InlineData(FaultPoint.BeforeDelete, 2)]
    public async Task Crash_BeforeTheMessageIsDeleted_ItComesBackWhenItsLeaseRunsOut(FaultPoint point, int runs)
    {
        await using var host = await _app.StartAsync();
        host.Faults.CrashAt(point, point is FaultPoint.BeforeFunction or FaultPoint.AfterFunction ? "Note" : "notes");

        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync();
        Assert.Equal(runs - 1, _app.Noted.Count);
        await host.AdvanceAsync(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(runs - 1, _app.Noted.Count);
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(runs, _app.Noted.Count);
        Assert.Equal(0, await host.Queues.CountAsync("notes"));
        Assert.Empty(host.Faults.Pending);
    }

    [Fact]
    public async Task Crash_AfterTheMessageIsDeleted_ItIsDone()
    {
        await using var host = await _app.StartAsync();
        host.Faults.CrashAt(FaultPoint.AfterDelete);

        await host.Queues.SendAsync("notes", "hello");
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        Assert.Equal(["hello"], _app.Noted);
        Assert.Empty(host.Faults.Pending);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeEpisodeCommit, "Steps", 1, 2)]
    [InlineData(FaultPoint.BeforeEpisodeCommit, "Steps", 2, 2)]
    [InlineData(FaultPoint.BeforeEpisodeCommit, "Steps", 3, 2)]
    [InlineData(FaultPoint.BeforeEpisodeCommit, "Steps", 4, 2)]
    [InlineData(FaultPoint.AfterEpisodeCommit, "Steps", 1, 2)]
    [InlineData(FaultPoint.AfterEpisodeCommit, "Steps", 2, 2)]
    [InlineData(FaultPoint.AfterEpisodeCommit, "Steps", 4, 2)]
    [InlineData(FaultPoint.BeforeFunction, "Step", 2, 2)]
    [InlineData(FaultPoint.AfterFunction, "Step", 1, 3)]
    [InlineData(FaultPoint.AfterActivity, "Step", 1, 3)]
    [InlineData(FaultPoint.AfterActivity, "Step", 2, 3)]
    public async Task Crash_InAnOrchestration_GoesOnWhereItWas(FaultPoint point, string name, int occurrence, int activities)
    {
        await using var host = await _app.StartAsync();
        host.Faults.CrashAt(point, name, occurrence);

        var id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Steps");
        var ended = await host.RunToCompletionAsync(id);

        Assert.Equal("one two", ended.ReadOutputAs<string>());
        Assert.Equal(activities, _app.Noted.Count);
        Assert.Equal(TimeSpan.FromDays(1), host.Now - new FunctionTestHostOptions().StartsAt);
        Assert.Empty(host.Faults.Pending);
    }

    [Theory]
    [InlineData(FaultPoint.BeforeEpisodeCommit)]
    [InlineData(FaultPoint.AfterEpisodeCommit)]
    public async Task Crash_AroundAnEntitysTurn_CountsOnce(FaultPoint point)
    {
        await using var host = await _app.StartAsync();
        var id = new EntityInstanceId("Counter", "a");
        host.Faults.CrashAt(point, "counter");

        await host.Durable.Entities.SignalEntityAsync(id, "add", 5, new SignalEntityOptions { SignalTime = host.Now.AddHours(1) });
        await host.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal(5, (await host.Durable.Entities.GetEntityAsync<int>(id))!.State);
        Assert.Empty(host.Faults.Pending);
    }

    [Fact]
    public async Task CrashAsync_WhileAFunctionHangs_LeavesItBehind()
    {
        await using var host = await _app.StartAsync();
        await host.Queues.SendAsync("hang", "first");
        await NotedAsync("first");

        await host.CrashAsync();
        await host.Queues.SendAsync("notes", "second");
        await host.RunUntilIdleAsync();

        Assert.Equal(["first", "second"], _app.Noted);
    }

    [Fact]
    public async Task CodeOfADeadProcess_GoesOn_HasNoEffect()
    {
        await using var host = await _app.StartAsync();
        await host.Storage.CreateQueueServiceClient().CreateQueueAsync("notes", cancellationToken: TestContext.Current.CancellationToken);
        await host.Queues.SendAsync("gated", "before the gate");
        await NotedAsync("before the gate");

        await host.CrashAsync();
        _app.OpenGates();
        await NotedAsync("past the gate");
        await host.RunUntilIdleAsync();

        Assert.Equal(["before the gate", "past the gate"], _app.Noted);
        Assert.Null(await host.Durable.GetInstanceAsync("ghost", TestContext.Current.CancellationToken));
        Assert.Equal(0, await host.Queues.CountAsync("notes"));
    }

    [Fact]
    public async Task TimersOfADeadProcess_DoNotFire()
    {
        await using var host = await _app.StartAsync();
        await host.Queues.SendAsync("slowly", "20");
        await host.RunUntilIdleAsync();

        await host.CrashAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(29));
        Assert.Empty(_app.Noted);
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["slept"], _app.Noted);
    }

    [Fact]
    public async Task Crash_WithARequestOpen_BreaksTheConnection()
    {
        await using var host = await _app.StartAsync();
        host.Faults.CrashAt(FaultPoint.AfterFunction, "Relay");

        await Assert.ThrowsAsync<HttpRequestException>(() => host.Http.PostAsync("/api/Relay", null, TestContext.Current.CancellationToken));
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        // The crash may have come before or after the message that the function sent was worked on.
        Assert.Equal(["relays", "relayed"], _app.Noted.Distinct());
        Assert.Contains(host.Transcript.Entries, entry => entry is { Kind: "fault", What: "crash at AfterFunction" });
    }

    private async Task NotedAsync(string entry)
    {
        while (!_app.Noted.Contains(entry))
        {
            await Task.Yield();
        }
    }
}
