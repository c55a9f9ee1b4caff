using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>What people see of a task, and sending it again.</summary>
public sealed class TaskViewTests
{
    [Fact]
    public async Task Task_ThatSucceeded_IsShownWithItsPayloadAndAttempt_WithoutSecrets()
    {
        await using var host = await StartAsync();
        var id = await SendAsync(host, new EnqueueOptions { Tags = ["vip", "eu"], CorrelationId = "c1" });
        await host.RunUntilIdleAsync();

        var text = await host.Http.GetStringAsync($"/api/tasks/{id}", TestContext.Current.CancellationToken);

        var task = JsonElement.Parse(text);
        Assert.Equal(("succeeded", "o7", "•••"), (Text(task, "state"), Text(task.GetProperty("payload"), "order"), Text(task.GetProperty("payload"), "card")));
        Assert.Equal(("r1", "•••"), (Text(task.GetProperty("result"), "number"), Text(task.GetProperty("result"), "token")));
        Assert.Equal(["vip", "eu"], task.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("c1", Text(task, "correlationId"));
        var attempt = Assert.Single(task.GetProperty("attempts").EnumerateArray());
        Assert.Equal((1, "succeeded", 0.0), (attempt.GetProperty("attempt").GetInt32(), Text(attempt, "state"), attempt.GetProperty("seconds").GetDouble()));
        Assert.DoesNotContain("4111", text, StringComparison.Ordinal);
        Assert.Equal("4111", Assert.Single(Bank(host).Paid).Card);
    }

    [Fact]
    public async Task Task_ThatFailed_IsShownWithEachAttempt()
    {
        await using var host = await StartAsync();
        Bank(host).IsOpen = false;
        var id = await SendAsync(host);
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        var task = await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{id}");

        Assert.Equal("deadLettered", Text(task, "state"));
        Assert.Equal([(1, "failed"), (2, "failed")], task.GetProperty("attempts").EnumerateArray().Select(attempt => (attempt.GetProperty("attempt").GetInt32(), Text(attempt, "state"))));
        var failure = task.GetProperty("attempts")[0].GetProperty("failure");
        Assert.Equal(("System.InvalidOperationException", "the bank is closed"), (Text(failure, "type"), Text(failure, "message")));
        Assert.Equal(task.GetProperty("attempts")[0].GetProperty("endedAt").GetDateTimeOffset(), failure.GetProperty("at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Log_IsShownWithItsTaskAndItsLetter_AndOfATaskWithSecretsIsLeftOut()
    {
        await using var host = await StartAsync();
        var id = await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new DiaryTask("<b>dear</b>"));
        var secret = await SendAsync(host);
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        var task = await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{id}");
        var letter = await host.Http.GetFromJsonAsync<JsonElement>($"/api/dead-letters/{id}");
        var hushed = await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{secret}");

        foreach (var log in new[] { task.GetProperty("log"), letter.GetProperty("log") })
        {
            Assert.Equal(
                [(1, "Information", "It says <b>dear</b>"), (2, "Information", "It says <b>dear</b>")],
                log.EnumerateArray().Select(line => (line.GetProperty("attempt").GetInt32(), Text(line, "level"), Text(line, "text"))));
        }

        Assert.Equal(0, task.GetProperty("logDropped").GetInt32());
        Assert.False(task.TryGetProperty("logLeftOut", out _));
        Assert.Contains("has secrets", Text(hushed, "logLeftOut"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payload_OfAMegabyte_IsShown_AndOneThatIsTooLargeSaysSo()
    {
        await using var host = await StartAsync();
        var large = await SendAsync(host, order: new string('x', 1_000_000));
        var giant = await SendAsync(host, order: RandomText(5_000_000));

        var shown = await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{large}");
        var left = await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{giant}");

        Assert.Equal(1_000_000, Text(shown.GetProperty("payload"), "order")!.Length);
        Assert.False(left.TryGetProperty("payload", out _));
        Assert.Contains("more than 4,194,304 bytes", Text(left, "payloadLeftOut"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ByText_FindsWhatIsOpen_NotWhatIsSecret()
    {
        await using var host = await StartAsync();
        var id = await SendAsync(host, new EnqueueOptions { Tags = ["vip"] });
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal([id], await IdsAsync(host, "text=O7&tag=vip&queue=celerity-default"));
        Assert.Empty(await IdsAsync(host, "text=4111"));
        Assert.Empty(await IdsAsync(host, "tag=other"));
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.GetAsync(new Uri($"/api/tasks?text={new string('x', 201)}", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.GetAsync(new Uri("/api/tasks?from=yesterday", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Letter_IsShownWithoutSecrets_AndExportedWithThem_SoThatItsReplayWorks()
    {
        await using var host = await StartAsync();
        Bank(host).IsOpen = false;
        var id = await SendAsync(host);
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        var text = await host.Http.GetStringAsync($"/api/dead-letters/{id}", TestContext.Current.CancellationToken);
        var file = await host.Http.GetStringAsync("/api/dead-letter-export", TestContext.Current.CancellationToken);

        Assert.Equal(("o7", "•••"), (Text(JsonElement.Parse(text).GetProperty("payload"), "order"), Text(JsonElement.Parse(text).GetProperty("payload"), "card")));
        Assert.False(JsonElement.Parse(text).TryGetProperty("message", out _));
        Assert.Contains("4111", Encoding.UTF8.GetString(JsonElement.Parse(file).GetProperty("message").GetBytesFromBase64()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_OfADeadTask_SendsItAgain_Once()
    {
        await using var host = await StartAsync();
        Bank(host).IsOpen = false;
        var id = await SendAsync(host);
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);
        Bank(host).IsOpen = true;

        var answer = await host.Http.PostAsJsonAsync($"/api/tasks/{id}/retry", new { who = "ada", why = "the bank is open" });
        var again = await answer.Content.ReadFromJsonAsync<JsonElement>();
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);
        var second = await host.Http.PostAsync($"/api/tasks/{id}/retry", null);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(new PaymentTask("o7", "4111"), Assert.Single(Bank(host).Paid));
        Assert.Equal("succeeded", Text(await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{Text(again, "task")}"), "state"));
        Assert.Equal(Text(again, "action"), Text(await host.Http.GetFromJsonAsync<JsonElement>($"/api/dead-letter-actions/{Text(again, "action")}"), "id"));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("CEL0341", Text(await second.Content.ReadFromJsonAsync<JsonElement>(), "code"));
    }

    [Fact]
    public async Task Retry_OfWhatIsNoDeadTask_IsRefused()
    {
        await using var host = await StartAsync();
        var id = await SendAsync(host);
        await host.RunUntilIdleAsync();

        var succeeded = await host.Http.PostAsync($"/api/tasks/{id}/retry", null);
        var unknown = await host.Http.PostAsync("/api/tasks/nobody/retry", null);

        Assert.Equal((HttpStatusCode.Conflict, "CEL0341"), (succeeded.StatusCode, Text(await succeeded.Content.ReadFromJsonAsync<JsonElement>(), "code")));
        Assert.Equal((HttpStatusCode.NotFound, "CEL0210"), (unknown.StatusCode, Text(await unknown.Content.ReadFromJsonAsync<JsonElement>(), "code")));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string RandomText(int length) => string.Create(length, new Random(1), (text, random) =>
    {
        for (var at = 0; at < text.Length; at++)
        {
            text[at] = (char)('a' + random.Next(26));
        }
    });

    private static async Task<string> SendAsync(FunctionTestHost host, EnqueueOptions? options = null, string order = "o7") =>
        await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new PaymentTask(order, "4111"), options);

    private static async Task<List<string?>> IdsAsync(FunctionTestHost host, string query) =>
        [.. (await host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks?{query}")).GetProperty("tasks").EnumerateArray().Select(task => Text(task, "id"))];

    private static Bank Bank(FunctionTestHost host) => host.Services.GetRequiredService<Bank>();

    private static async Task<FunctionTestHost> StartAsync()
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[] { typeof(TaskFunctions), typeof(TaskResultEndpoints), typeof(DeadLetterEndpoints), typeof(DeadLetterFunctions) })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Patience = TimeSpan.FromSeconds(5);
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly).AddHandler<PaymentHandler>().AddHandler<DiaryHandler>();
        builder.Services.AddSingleton<Bank>();
    }
}
