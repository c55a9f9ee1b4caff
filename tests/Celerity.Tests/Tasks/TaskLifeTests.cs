using System.Text;
using Xunit;

namespace Celerity.Tests.Tasks;

public sealed class TaskLifeTests
{
    private readonly TaskSimulation _simulation = new();

    [Fact]
    public async Task Message_AsPlainJsonOrBase64_RunsAlike()
    {
        const string Json = """{"task":"test.echo","payload":{"text":"hi"}}""";
        await _simulation.DropAsync(Json);
        await _simulation.DropAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(Json)));

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(2, _simulation.Script.Runs.Count);
    }

    [Fact]
    public async Task Message_OfCelery_Runs()
    {
        const string Body = """{"body": "W1t7InRleHQiOiAiaGkifV0sIHt9LCB7fV0=", "content-encoding": "utf-8", "content-type": "application/json", "headers": {"lang": "py", "task": "test.echo", "id": "00000000-0000-0000-0000-000000000001", "eta": null, "expires": null, "retries": 0}, "properties": {"body_encoding": "base64"}}""";
        await _simulation.DropAsync(Body);

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("00000000-0000-0000-0000-000000000001"))!.State);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{\"task\":")]
    [InlineData("[1,2]")]
    [InlineData("{\"v\":2,\"task\":\"test.echo\"}")]
    [InlineData("{\"payload\":{}}")]
    public async Task Message_Undecodable_BecomesADeadLetterWithItsBytes(string body)
    {
        await _simulation.DropAsync(body);

        await _simulation.DrainAsync(_simulation.Worker());

        var dead = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Equal(nameof(ErrorCategory.Undecodable), dead.FindString("category"));
        Assert.Equal(body, Encoding.UTF8.GetString(dead.FindBytes("body")!));
        Assert.Empty(_simulation.Script.Runs);
    }

    [Theory]
    [InlineData("{\"id\":\"t1\",\"task\":\"no.such\"}", "CEL0201")]
    [InlineData("{\"id\":\"t1\",\"task\":\"test.echo\",\"payload\":[1]}", "CEL0202")]
    [InlineData("{\"id\":\"t1\",\"task\":\"test.echo\"}", "CEL0202")]
    public async Task Task_ThatCanNeverRun_IsDeadAtOnce(string body, string code)
    {
        await _simulation.DropAsync(body);

        await _simulation.DrainAsync(_simulation.Worker());

        var dead = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Equal(nameof(ErrorCategory.Permanent), dead.FindString("category"));
        Assert.Contains(code, dead.FindString("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_KeepsFailing_IsRetriedWithBackoffAndEndsWithItsCause()
    {
        _simulation.Script.Run = _ => throw new InvalidOperationException("outer", new TimeoutException("inner"));
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"},"correlationId":"c1"}""");
        var worker = _simulation.Worker();

        await _simulation.DeliverOneAsync(worker);
        Assert.False(await _simulation.DeliverOneAsync(worker));
        _simulation.Time.Advance(TimeSpan.FromSeconds(1));
        await _simulation.DeliverOneAsync(worker);

        Assert.Equal([("t1", 1), ("t1", 2)], _simulation.Script.Runs);
        var dead = Assert.Single(await _simulation.DeadLettersAsync());
        Assert.Equal("t1", dead.FindString("id"));
        Assert.Equal("c1", dead.FindString("correlationId"));
        Assert.Contains("outer <- System.TimeoutException: inner", dead.FindString("reason"), StringComparison.Ordinal);
        Assert.Contains("\"attempt\":1", dead.FindString("failures"), StringComparison.Ordinal);
        Assert.Contains("\"attempt\":2", dead.FindString("failures"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_Snoozes_CostsNoAttempt()
    {
        var snoozes = 0;
        _simulation.Script.Run = _ => snoozes++ < 5 ? TaskOutcome.Snooze(TimeSpan.FromSeconds(1)) : TaskOutcome.Completed;
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"}}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync("t1"))!.State);
        Assert.All(_simulation.Script.Runs, run => Assert.Equal(1, run.Attempt));
    }

    [Fact]
    public async Task Enqueue_WithDelay_RunsWhenDue()
    {
        var worker = _simulation.Worker();
        var tasks = (IBackgroundTasks)worker.GetService(typeof(IBackgroundTasks))!;

        var id = await tasks.EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { Delay = TimeSpan.FromMinutes(1) });

        Assert.False(await _simulation.DeliverOneAsync(worker));
        _simulation.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await _simulation.DeliverOneAsync(worker));
        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
    }

    [Fact]
    public async Task Expired_BeforeItRan_EndsAsExpired()
    {
        await _simulation.DropAsync("""{"id":"t1","task":"test.echo","payload":{"text":"hi"},"expiresAt":"2025-01-01T00:00:00Z"}""");

        await _simulation.DrainAsync(_simulation.Worker());

        Assert.Equal(TaskState.Expired, (await _simulation.FindAsync("t1"))!.State);
        Assert.Empty(_simulation.Script.Runs);
    }
}
