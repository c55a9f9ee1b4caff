using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Celery;

public sealed class CeleryTasksTests
{
    private readonly CeleryBench _bench = new();

    private ICeleryTasks Tasks => _bench.Worker().GetRequiredService<ICeleryTasks>();

    [Fact]
    public async Task Send_WritesWhatACeleryWorkerTakes()
    {
        await Tasks.SendAsync("celery", "demo.add", [2, "café <&>"], new Dictionary<string, object?> { ["scale_by"] = 1.5 }, new CelerySendOptions { TaskId = "c1" });

        var text = Assert.Single(_bench.Simulation.Storage.Queues.Peek("celery")).Body;
        Assert.Equal(
            """{"body":"W1syLCJjYWZcdTAwRTkgXHUwMDNDXHUwMDI2XHUwMDNFIl0seyJzY2FsZV9ieSI6MS41fSx7ImNhbGxiYWNrcyI6bnVsbCwiZXJyYmFja3MiOm51bGwsImNoYWluIjpudWxsLCJjaG9yZCI6bnVsbH1d","content-encoding":"utf-8","content-type":"application/json","headers":{"lang":"net","task":"demo.add","id":"c1","eta":null,"expires":null,"group":null,"retries":0,"timelimit":[null,null],"root_id":"c1","parent_id":null,"origin":"celerity","ignore_result":false},"properties":{"correlation_id":"c1","reply_to":"c1","delivery_mode":2,"delivery_info":{"exchange":"","routing_key":"celery"},"priority":0,"body_encoding":"base64","delivery_tag":"c1"}}""",
            text);
        Assert.All(text, character => Assert.InRange(character, ' ', '~'));
    }

    [Fact]
    public async Task Send_WithOptions_SaysThemAsCeleryDoes()
    {
        _bench.Simulation.Storage.Queues.Create("my-prio-queue");
        var options = new CelerySendOptions
        {
            Delay = TimeSpan.FromHours(1),
            ExpiresAt = _bench.Simulation.Time.GetUtcNow().AddHours(2),
            TimeLimit = TimeSpan.FromSeconds(20),
            SoftTimeLimit = TimeSpan.FromSeconds(10.5),
            IgnoreResult = true,
            Headers = new Dictionary<string, string> { ["tenant"] = "t1", ["id"] = "forged" },
        };

        var id = await Tasks.SendAsync("my_prio.queue", "demo.add", options: options);

        Assert.Empty(await ((Storage.IQueueStore)_bench.Simulation.Storage.Queues).ReceiveAsync("my-prio-queue", 1, TimeSpan.FromMinutes(1), CancellationToken.None));
        _bench.Simulation.Time.Advance(TimeSpan.FromHours(1));
        var (message, body) = Assert.Single(_bench.Theirs("my-prio-queue"));
        var headers = message.GetProperty("headers");
        Assert.Equal(
            ("2026-01-01T01:00:00.000000+00:00", "2026-01-01T02:00:00.000000+00:00", "[20,10.5]"),
            (headers.GetProperty("eta").GetString(), headers.GetProperty("expires").GetString(), headers.GetProperty("timelimit").GetRawText()));
        Assert.Equal((id, "t1", true), (headers.GetProperty("id").GetString(), headers.GetProperty("tenant").GetString(), headers.GetProperty("ignore_result").GetBoolean()));
        Assert.Equal("my_prio.queue", message.GetProperty("properties").GetProperty("delivery_info").GetProperty("routing_key").GetString());
        Assert.Equal(("[]", "{}"), (body[0].GetRawText(), body[1].GetRawText()));
    }

    [Fact]
    public async Task Send_IsReadBackByOurOwnReader()
    {
        await Tasks.SendAsync("celery", "demo.add", [1, 2]);

        var task = CeleryFiles.Decode(Assert.Single(_bench.Simulation.Storage.Queues.Peek("celery")).Body);

        Assert.Equal(("demo.add", """{"$args":[1,2]}"""), (task.Task, task.Payload!.Value.GetRawText()));
    }

    [Theory]
    [InlineData("CEL0231", "x")]
    [InlineData("CEL0231", "Celery")]
    [InlineData("CEL0252", "celery")]
    public async Task Send_ThatCannotBe_IsRefusedWithItsCode(string code, string queue)
    {
        var thrown = await Assert.ThrowsAsync<CelerityException>(() => Tasks.SendAsync(queue, "demo.add", [new string('x', 50_000)]));

        Assert.Equal(code, thrown.Code);
        Assert.Empty(_bench.Theirs());
    }

    [Fact]
    public async Task Send_OptionOutOfRange_IsRefused()
    {
        CelerySendOptions[] wrong =
        [
            new() { TaskId = "" }, new() { Delay = TimeSpan.FromSeconds(-1) }, new() { ExpiresAt = DateTimeOffset.UnixEpoch }, new() { TimeLimit = TimeSpan.Zero },
        ];

        foreach (var options in wrong)
        {
            Assert.Equal("CEL0208", (await Assert.ThrowsAsync<CelerityException>(() => Tasks.SendAsync("celery", "demo.add", options: options))).Code);
        }

        Assert.Equal("CEL0208", (await Assert.ThrowsAsync<CelerityException>(() => Tasks.SendAsync("celery", "demo.add", kwargs: 7))).Code);
    }
}
