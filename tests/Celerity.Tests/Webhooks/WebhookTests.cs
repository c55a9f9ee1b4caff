using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.Tests.Tasks;
using Celerity.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Webhooks;

/// <summary>What webhooks are told, and how deliveries end.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Succeeded_IsPostedAndSigned()
    {
        var bench = new WebhookBench();

        var id = await bench.RunAsync(options: new EnqueueOptions { CorrelationId = "c1", Tags = ["red"] });

        var post = Assert.Single(bench.Receiver.Posts);
        Assert.Equal(("task.succeeded", id, "test.echo", "1", "c1", """["red"]"""), (
            bench.Types[0], post.Of("id"), post.Of("task"), post.Of("attempt"), post.Of("correlationId"), post.Of("tags")));
        Assert.True(WebhookSignature.IsValid(
            WebhookBench.Secret, post.Id, post.Timestamp, post.Signature, post.Content, bench.Simulation.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData("fails", "task.deadLettered", "no")]
    [InlineData("discards", "task.discarded", "nothing")]
    [InlineData("revoked", "task.revoked", null)]
    [InlineData("expires", "task.expired", null)]
    public async Task End_OfAnyKind_IsPosted(string end, string type, string? reason)
    {
        var bench = new WebhookBench();
        bench.Simulation.Script.Run = _ => end == "discards" ? TaskOutcome.Discard("nothing") : throw new ArgumentException("no");
        var worker = bench.Simulation.Worker();
        var life = end == "expires" ? TimeSpan.FromMinutes(1) : default(TimeSpan?);
        var id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { TimeToLive = life });
        if (end == "revoked")
        {
            await worker.GetRequiredService<ITaskControl>().RevokeAsync(id);
        }

        bench.Simulation.Time.Advance(TimeSpan.FromMinutes(2));
        await bench.Simulation.DrainAsync(worker);

        Assert.Equal([type], bench.Types);
        Assert.Equal(id, bench.Receiver.Posts[0].Of("id"));
        Assert.True(reason is null || bench.Receiver.Posts[0].Of("reason") == reason);
    }

    [Fact]
    public async Task Succeeded_UntrackedTask_IsPosted()
    {
        var bench = new WebhookBench();

        await bench.RunAsync(new UntrackedTask("hi"));

        Assert.Equal(["task.succeeded"], bench.Types);
    }

    [Fact]
    public async Task Signals_AsAskedFor_ArePostedInOrder()
    {
        var bench = new WebhookBench(options =>
        {
            foreach (var kind in new[]
            {
                TaskEventKind.BeforePublish, TaskEventKind.Started, TaskEventKind.Emitted, TaskEventKind.Failed, TaskEventKind.Retried, TaskEventKind.Succeeded,
            })
            {
                options.Events.Add(kind);
            }
        });
        bench.Simulation.Script.RunAsync = async (context, _) =>
        {
            if (context.Attempt == 1)
            {
                throw new TimeoutException("not yet");
            }

            await context.EmitAsync("half", new { Done = 5 });
            await context.EmitAsync("much", new string('x', 40_000));
            return TaskOutcome.Completed;
        };

        await bench.RunAsync();

        Assert.Equal(
            ["task.beforePublish", "task.emitted", "task.emitted", "task.failed", "task.retried", "task.started", "task.started", "task.succeeded"],
            bench.Types.Order(StringComparer.Ordinal));
        var emitted = bench.Receiver.Posts.Where(post => post.Of("signal") is not null).ToDictionary(post => post.Of("signal")!);
        Assert.Equal(("""{"done":5}""", null), (emitted["half"].Of("data"), emitted["half"].Of("dataOmitted")));
        Assert.Equal((null, "True"), (emitted["much"].Of("data"), emitted["much"].Of("dataOmitted")));
        Assert.Equal("00:00:01", bench.Receiver.Posts.Single(post => post.Of("delay") is not null).Of("delay"));
        Assert.Equal(8, bench.Receiver.Posts.Select(post => post.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("test.echo", 1)]
    [InlineData("TEST.*", 1)]
    [InlineData("*", 1)]
    [InlineData("test", 0)]
    [InlineData("other.*", 0)]
    public async Task Tasks_AreChosenByPattern(string pattern, int posts)
    {
        var bench = new WebhookBench(options => options.Tasks.Add(pattern));

        await bench.RunAsync();

        Assert.Equal(posts, bench.Receiver.Posts.Count);
    }

    [Fact]
    public async Task Delivery_ThatFails_TellsNoWebhook()
    {
        var bench = new WebhookBench(options =>
        {
            options.Tasks.Add("*");
            Enum.GetValues<TaskEventKind>().ToList().ForEach(options.Events.Add);
        });
        bench.Receiver.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadRequest));

        await bench.RunAsync();

        Assert.All(bench.Receiver.Posts, post => Assert.Equal("test.echo", post.Of("task")));
        Assert.Equal(3, bench.Receiver.Posts.Count);
    }

    [Fact]
    public async Task Busy_IsPostedAgainAfterWhatItAskedFor_WithTheSameIdAndANewTime()
    {
        var bench = new WebhookBench();
        bench.Receiver.Answer = (post, _) =>
        {
            var response = new HttpResponseMessage(post == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.NoContent);
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(3));
            return Task.FromResult(response);
        };

        await bench.RunAsync();

        var (first, second) = (bench.Receiver.Posts[0], bench.Receiver.Posts[1]);
        Assert.Equal(2, bench.Receiver.Posts.Count);
        Assert.True(bench.Receiver.Times[1] - bench.Receiver.Times[0] >= TimeSpan.FromHours(3));
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Content, second.Content);
        Assert.NotEqual(first.Signature, second.Signature);
    }

    [Fact]
    public async Task NoAnswer_IsATimeOutAndPostedAgain()
    {
        var bench = new WebhookBench();
        bench.Receiver.Answer = async (post, cancellationToken) =>
        {
            if (post == 1)
            {
                bench.Simulation.Time.Advance(TimeSpan.FromSeconds(11));
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return new HttpResponseMessage(HttpStatusCode.OK);
        };

        await bench.RunAsync();

        Assert.Equal(2, bench.Receiver.Posts.Count);
        Assert.Empty(await bench.Simulation.DeadLettersAsync());
    }

    [Fact]
    public async Task Down_UntilTheLastAttempt_IsADeadLetterWithoutAddressOrSecret()
    {
        var bench = new WebhookBench();
        bench.Receiver.Answer = (_, _) => throw new HttpRequestException("down");

        await bench.RunAsync();

        Assert.Equal(12, bench.Receiver.Posts.Count);
        var letter = Assert.Single(await bench.Simulation.DeadLettersAsync());
        Assert.Equal("celerity.webhook", letter.FindString("task"));
        foreach (var table in StorageNames.Tables)
        {
            await foreach (var row in ((ITableStore)bench.Simulation.Storage.Tables).QueryAsync(table, new TableQuery(null), CancellationToken.None))
            {
                var text = string.Join("|", row.Values.Values.Select(value => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value}"));
                Assert.DoesNotContain("url-secret", text, StringComparison.Ordinal);
                Assert.DoesNotContain(WebhookBench.Secret[6..], text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.Gone, TaskState.Discarded)]
    [InlineData(HttpStatusCode.NotFound, TaskState.DeadLettered)]
    [InlineData(HttpStatusCode.Found, TaskState.DeadLettered)]
    public async Task FinalAnswer_IsNotPostedAgain(HttpStatusCode status, TaskState state)
    {
        var bench = new WebhookBench();
        bench.Receiver.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status));

        await bench.RunAsync();

        var end = await bench.Simulation.FindAsync(Assert.Single(bench.Receiver.Posts).Id);
        Assert.Equal(state, end!.State);
        Assert.Contains($"{(int)status}", end.Ending!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebhookThatIsGone_IsADeadLetter()
    {
        var bench = new WebhookBench();
        await bench.Simulation.DropAsync("""{"id":"t1","task":"celerity.webhook","payload":{"webhook":"other","event":{}}}""");

        await bench.Simulation.DrainAsync(bench.Simulation.Worker());

        Assert.StartsWith("CEL0241: ", (await bench.Simulation.FindAsync("t1"))!.Ending!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_SentByName_IsNoTask()
    {
        var worker = new WebhookBench().Simulation.Worker();
        var payload = JsonElement.Parse("""{"webhook":"audit","event":{"type":"forged"}}""");

        var exceptions = new[]
        {
            await Assert.ThrowsAsync<CelerityException>(
                () => worker.GetRequiredService<BackgroundTasks>().EnqueueAsync(WebhookDelivery.TaskName, payload, null, CancellationToken.None)),
            await Assert.ThrowsAsync<CelerityException>(
                () => worker.GetRequiredService<ITaskGroups>().ChainAsync([new Celerity.NamedTask(WebhookDelivery.TaskName, payload)])),
        };

        Assert.All(exceptions, exception => Assert.StartsWith("CEL0201: There is no task 'celerity.webhook'.", exception.Message, StringComparison.Ordinal));
        Assert.All(exceptions, exception => Assert.DoesNotContain("test.result, celerity", exception.Message, StringComparison.Ordinal));
    }
}
