using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>A function app made from the template, started by its own top-level statements.</summary>
public sealed class SampleAppTests
{
    private readonly FakeMailer _mailer = new();

    [Fact]
    public async Task Approval_NobodyAnswers_RemindsAndExpiresAfterSevenDays()
    {
        await using var host = await _mailer.StartAsync();

        var id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Approval", "ada");
        await host.AdvanceAsync(TimeSpan.FromDays(6));
        Assert.Equal(4, _mailer.Sent.Count(mail => mail.StartsWith("ada", StringComparison.Ordinal)));

        await host.AdvanceAsync(TimeSpan.FromDays(1));
        var ended = await host.Durable.GetInstanceAsync(id, getInputsAndOutputs: true);
        Assert.Equal("expired", ended!.ReadOutputAs<string>());
        Assert.Equal(new DateTimeOffset(2030, 1, 8, 0, 0, 0, TimeSpan.Zero), host.Now);
    }

    [Fact]
    public async Task Import_AlwaysFails_IsTriedFiveTimesAnHourApartThenPoison()
    {
        await using var host = await _mailer.StartAsync();

        await host.Queues.SendAsync("imports", "flights.csv");
        await host.RunUntilIdleAsync();
        Assert.Equal(1, await host.Queues.CountAsync("imports"));
        await host.AdvanceAsync(TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1));
        Assert.Equal(4, host.Transcript.Entries.Count(entry => entry is { Name: "Import", What: "begins" }));

        await host.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(0, await host.Queues.CountAsync("imports"));
        Assert.Equal(["flights.csv"], await host.Queues.PeekAsync("imports-poison"));
    }

    [Fact]
    public async Task Cleanup_EveryNightAtThree_RunsOncePerNight()
    {
        await using var host = await _mailer.StartAsync();

        await host.AdvanceAsync(TimeSpan.FromDays(3));

        Assert.Equal(3, _mailer.Sent.Count);
        Assert.Equal("admin: Cleaned up at 2030-01-01 03:00:00Z, past due: False.", _mailer.Sent[0]);
    }

    [Fact]
    public async Task Slow_WaitsOnTheClock_EndsWhenItsTimeHasCome()
    {
        await using var host = await _mailer.StartAsync();

        await host.Queues.SendAsync("slow", "20");
        await host.RunUntilIdleAsync();
        Assert.Empty(_mailer.Sent);
        await host.AdvanceAsync(TimeSpan.FromMinutes(19));
        Assert.Empty(_mailer.Sent);
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["admin: Waited 20 minutes."], _mailer.Sent);
        Assert.Equal(0, await host.Queues.CountAsync("slow"));
    }
}
