using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Every way to send a task over HTTP, against one process of the app on real Azurite.</summary>
public sealed class SendingTests(SendingTests.App app) : IClassFixture<SendingTests.App>
{
    private const string Name = "api/tasks/airports.geocode";
    private const string Payload = """{"code":"SFO"}""";

    [Fact]
    public async Task Send_EachOption_RunsTheTask()
    {
        app.Bench.SkipWithoutAzurite();
        var ids = new List<string>();
        foreach (var query in new[]
        {
            "",
            "?priority=high",
            "?queue=celerity-low&tag=a&tag=b&header.tenant=t1&correlationId=c1",
            "?delay=00:00:01&timeToLive=01:00:00",
            "?eta=2020-01-01T00:00:00Z",
            "?uniqueKey=u1",
            "?orderKey=o1",
            "?orderKey=o1",
            "?orderKey=o1",
            "?debounceKey=d1&debounceWindow=00:00:01",
            "?format=messagePack",
            "?skipCache=true",
        })
        {
            ids.Add(await SendAsync(Name + query, Payload));
        }

        var ends = await app.Bench.WaitForTasksAsync([.. ids]);

        Assert.All(ends, end => Assert.Equal("Succeeded", end));
    }

    [Fact]
    public async Task Send_SameIdempotencyKey_IsTheSameSend()
    {
        app.Bench.SkipWithoutAzurite();

        var first = await PostAsync(Name + "?idempotencyKey=order%2017", Payload);
        var second = await PostAsync(Name + "?idempotencyKey=order%2017", """{"code":"JFK"}""");

        var id = first.GetProperty("id").GetString()!;
        Assert.Equal(id, second.GetProperty("id").GetString());
        Assert.Equal((false, true), (first.GetProperty("existing").GetBoolean(), second.GetProperty("existing").GetBoolean()));
        Assert.Equal(["Succeeded"], await app.Bench.WaitForTasksAsync(id));
    }

    [Fact]
    public async Task Send_TenMegabytes_Runs()
    {
        app.Bench.SkipWithoutAzurite();
        var noise = Convert.ToBase64String(Enumerable.Range(0, 7_500_000).Select(value => (byte)((value * 2654435761L) >> 13)).ToArray());

        var id = await SendAsync(Name, $$"""{"code":"SFO","more":"{{noise}}"}""");

        Assert.Equal(["Succeeded"], await app.Bench.WaitForTasksAsync(id));
    }

    [Fact]
    public async Task Send_BeyondSixDays_WaitsInATable()
    {
        app.Bench.SkipWithoutAzurite();

        var id = await SendAsync(Name + "?delay=400.00:00:00", Payload);

        var rows = new TableClient(app.Bench.ConnectionString, "CelerityScheduled").Query<TableEntity>();
        Assert.Contains(rows, row => row.RowKey == id);
    }

    [Fact]
    public async Task Batch_ArrayAndLines_RunTheTasks()
    {
        app.Bench.SkipWithoutAzurite();
        var array = await PostAsync("api/batches", "[" + string.Join(',', Enumerable.Repeat("""{"task":"airports.geocode","payload":{"code":"SFO"}}""", 50)) + "]");
        var lines = await PostAsync("api/batches", """
            {"task":"airports.geocode","payload":{"code":"SFO"},"options":{"priority":"high"}}
            {"task":"airports.geocode","payload":{"code":"LAX"},"options":{"uniqueKey":"b1"}}
            """);

        var ids = new[] { array, lines }.SelectMany(body => body.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)).ToArray();
        var ends = await app.Bench.WaitForTasksAsync(ids);

        Assert.Equal(52, ends.Count);
        Assert.All(ends, end => Assert.Equal("Succeeded", end));
    }

    [Fact]
    public async Task Queue_OfTheAppsOwn_IsMadeWithItsSiblings_AndRoutesLeadThere()
    {
        app.Bench.SkipWithoutAzurite();
        foreach (var queue in new[] { "places", "places-held", "places-poison" })
        {
            Assert.True((await new QueueClient(app.Bench.ConnectionString, queue).ExistsAsync()).Value, queue);
        }

        await SendAsync(Name + "?queue=places", Payload);

        Assert.NotEmpty((await new QueueClient(app.Bench.ConnectionString, "places").PeekMessagesAsync(1)).Value);
    }

    [Fact]
    public async Task BadInput_IsACodedProblemAndSendsNothing()
    {
        app.Bench.SkipWithoutAzurite();
        var cases = new (string Path, string Body, HttpStatusCode Status, string Code)[]
        {
            (Name, "hello", HttpStatusCode.BadRequest, "CEL0302"),
            (Name, "{}", HttpStatusCode.BadRequest, "CEL0202"),
            (Name, """{"code":7}""", HttpStatusCode.BadRequest, "CEL0202"),
            (Name + "?priority=urgent", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?priorty=high", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?priority=high&priority=low", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?eta=9999-12-31T00:00:00Z", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?delay=02:00:00&timeToLive=01:00:00", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?delay=-00:00:01", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?uniqueKey=a&orderKey=b", Payload, HttpStatusCode.BadRequest, "CEL0208"),
            (Name + "?queue=nobody", Payload, HttpStatusCode.BadRequest, "CEL0231"),
            (Name, $$"""{"code":"{{new string('x', 20_000_000)}}"}""", HttpStatusCode.RequestEntityTooLarge, "CEL0322"),
            ("api/batches", "[]", HttpStatusCode.BadRequest, "CEL0233"),
            ("api/batches", "[{}]", HttpStatusCode.BadRequest, "CEL0233"),
            ("api/batches", """[{"task":"airports.geocode","payload":{"code":"SFO"}},{"task":"no.such"}]""", HttpStatusCode.NotFound, "CEL0201"),
        };
        foreach (var (path, body, status, code) in cases)
        {
            using var response = await app.Client.PostTextAsync(path, body);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == status && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal), $"{path}: {response.StatusCode} {text}");
        }
    }

    [Fact]
    public async Task SignedQueue_TakesOurSendsAndNoForgery()
    {
        app.Bench.SkipWithoutAzurite();
        var queue = new QueueClient(app.Bench.ConnectionString, "celerity-low");
        await queue.SendMessageAsync("""{"id":"forged","task":"airports.geocode","payload":{"code":"SFO"},"signature":"k1:AAAA"}""");
        var id = await SendAsync(Name + "?priority=low", Payload);

        Assert.Equal(["Succeeded"], await app.Bench.WaitForTasksAsync(id));
        Assert.Contains(await app.Bench.WaitForDeadLettersAsync(1), row => row.Contains("CEL0232", StringComparison.Ordinal));
    }

    private async Task<string> SendAsync(string path, string body) => (await PostAsync(path, body)).GetProperty("id").GetString()!;

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await app.Client.PostTextAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{path}: {response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>One process for all facts.</summary>
    public sealed class App : IAsyncLifetime
    {
        private AppProcess? _process;

        internal AppBench Bench { get; } = new();

        internal RunClient Client { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            await Bench.InitializeAsync();
            if (!Bench.HasAzurite)
            {
                return;
            }

            _process = Bench.StartApp(Bench.NewFolder(), new Dictionary<string, string>
            {
                ["Celerity__Queues__0"] = "places",
                ["Celerity__Routes__0__Task"] = "places.*",
                ["Celerity__Routes__0__Queue"] = "places",
                ["Celerity__Sending__MaxPayloadBytes"] = "15000000",
                ["Celerity__Signing__Keys__k1"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('k', 32))),
                ["Celerity__Signing__Queues__0"] = "celerity-low",
            });
            Client = await AppBench.ConnectAsync(_process);
            await Client.WaitUntilReadyAsync();
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            if (_process is not null)
            {
                Client.Dispose();
                await _process.DisposeAsync();
            }

            await Bench.DisposeAsync();
        }
    }
}
