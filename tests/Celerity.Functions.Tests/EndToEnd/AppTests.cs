using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>The app as its users meet it: over HTTP and queues, on real Azurite.</summary>
public sealed class AppTests(AppBench bench) : IClassFixture<AppBench>
{
    [Fact]
    public async Task BadInput_OverHttp_IsACodedProblemAndStartsNothing()
    {
        bench.SkipWithoutAzurite();
        await using var app = bench.StartApp(bench.NewFolder());
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        await bench.UploadAsync("other.csv", "a,b\n1,2\n");
        var before = await client.GetTextAsync("api/runs");
        var cases = new (string Path, string Body, HttpStatusCode Status, string Code)[]
        {
            ("api/pipelines/nope", "{}", HttpStatusCode.NotFound, "CEL0301"),
            ("api/pipelines/flight-delays", "hello", HttpStatusCode.BadRequest, "CEL0302"),
            ("api/pipelines/flight-delays", "[]", HttpStatusCode.BadRequest, "CEL0302"),
            ("api/pipelines/flight-delays", "{}", HttpStatusCode.BadRequest, "CEL0302"),
            ("api/pipelines/flight-delays", Flights("\"chunksize\":\"x\""), HttpStatusCode.BadRequest, "CEL0302"),
            ("api/pipelines/flight-delays", Flights("\"nonsense\":1"), HttpStatusCode.BadRequest, "CEL0302"),
            ("api/pipelines/flight-delays", new string(' ', 40_000) + "{}", HttpStatusCode.RequestEntityTooLarge, "CEL0322"),
            ("api/pipelines/flight-delays", Flights("\"chunkSize\":0"), HttpStatusCode.BadRequest, "CEL0308"),
            ("api/pipelines/flight-delays", Flights("\"chunkSize\":-1"), HttpStatusCode.BadRequest, "CEL0308"),
            ("api/pipelines/flight-delays", Flights("\"chunkSize\":1000001"), HttpStatusCode.BadRequest, "CEL0308"),
            ("api/pipelines/flight-delays", Flights("\"chunkBy\":\"bytes\""), HttpStatusCode.BadRequest, "CEL0309"),
            ("api/pipelines/flight-delays", """{"source":{"container":"datasets","blob":"none.csv"}}""", HttpStatusCode.BadRequest, "CEL0303"),
            ("api/pipelines/flight-delays", """{"source":{"container":"nothing","blob":"flights.csv"}}""", HttpStatusCode.BadRequest, "CEL0303"),
            ("api/pipelines/flight-delays", """{"source":{"container":"datasets","blob":"other.csv"}}""", HttpStatusCode.BadRequest, "CEL0304"),
            ("api/tasks/no.such", "{}", HttpStatusCode.NotFound, "CEL0201"),
            ("api/tasks/airports.geocode", "[1]", HttpStatusCode.BadRequest, "CEL0202"),
            ("api/runs/00000000000070008000000000000000/cancel", "{}", HttpStatusCode.NotFound, "CEL0313"),
        };
        foreach (var (path, body, status, code) in cases)
        {
            using var response = await client.PostTextAsync(path, body);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == status && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal), $"{path} {body.Trim()}: {response.StatusCode} {text}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        foreach (var id in new[] { "00000000000070008000000000000000", "nope", "a%3Fb", "..%2F..%2Fetc", "a%23b%27c" })
        {
            using var response = await client.GetAsync($"api/runs/{id}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        foreach (var query in new[] { "wait=x", "wait=-1", "wait=61", "wait=1e1" })
        {
            using var response = await client.GetAsync($"api/runs/00000000000070008000000000000000?{query}");
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, query);
            Assert.Contains("CEL0308", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(before, await client.GetTextAsync("api/runs"));
    }

    [Fact]
    public async Task Run_EmptyAndMalformedData_EndAsTheyShould()
    {
        bench.SkipWithoutAzurite();
        await bench.UploadAsync("empty.csv", "");
        await bench.UploadAsync("half.csv", "date,delay,origin\n2001-01-01,5,A\n2001-01-01,late,A\n");
        await using var app = bench.StartApp(bench.NewFolder());
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();

        var empty = await client.WaitAsync(await client.StartAsync(RunClient.Flights("empty.csv")));
        var half = await client.WaitAsync(await client.StartAsync(RunClient.Flights("half.csv")));
        var tolerant = await client.WaitAsync(await client.StartAsync(new
        {
            source = new { container = "datasets", blob = "half.csv" },
            tolerance = new { rejectedRecords = 1 },
        }));

        Assert.Equal("succeeded", empty.GetProperty("state").GetString());
        Assert.Equal(0, empty.GetProperty("result").GetProperty("flights").GetInt64());
        Assert.Equal("failed", half.GetProperty("state").GetString());
        Assert.Equal("CEL0311", half.GetProperty("failures")[0].GetProperty("code").GetString());
        Assert.Equal("succeededWithErrors", tolerant.GetProperty("state").GetString());
        Assert.Equal(1, tolerant.GetProperty("result").GetProperty("rejectedRecords").GetInt64());
        using var ended = await client.PostTextAsync($"api/runs/{half.GetProperty("id").GetString()}/cancel", "");
        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
    }

    [Fact]
    public async Task Task_FromAnyClient_RunsOrEndsAsADeadLetter()
    {
        bench.SkipWithoutAzurite();
        await using var app = bench.StartApp(bench.NewFolder());
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var queue = new QueueClient(bench.ConnectionString, "celerity-default");
        await queue.SendMessageAsync("""{"id":"plain","task":"airports.geocode","payload":{"code":"SFO"}}""");
        await queue.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"id":"base64","task":"airports.geocode","payload":{"code":"LAX"}}""")));
        await queue.SendMessageAsync("""{"id":"dead","task":"airports.geocode","payload":{"code":"NOPE"}}""");
        await queue.SendMessageAsync("not a task");
        using var sent = await client.PostTextAsync("api/tasks/airports.geocode", """{"code":"JFK"}""");
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var id = JsonDocument.Parse(await sent.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;

        var ends = await bench.WaitForTasksAsync("plain", "base64", "dead", id);

        Assert.Equal(["Succeeded", "Succeeded", "DeadLettered", "Succeeded"], ends);
        var dead = await bench.WaitForDeadLettersAsync(2);
        Assert.Contains(dead, row => row.Contains("NOPE", StringComparison.Ordinal));
        Assert.Contains(dead, row => row.Contains("Undecodable", StringComparison.Ordinal));
        Assert.Equal(0, await app.StopAsync());
    }

    [Fact]
    public async Task Base64InHostJson_AppRefusesToStartAndSaysWhy()
    {
        bench.SkipWithoutAzurite();
        await using var app = bench.StartApp(
            bench.NewFolder(), new Dictionary<string, string> { ["AzureFunctionsJobHost__extensions__queues__messageEncoding"] = "base64" });

        await app.Exited.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.NotEqual(0, app.ExitCode);
        Assert.Contains("CEL0324", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StorageDownAtStart_AppWaitsAndComesUpWithIt()
    {
        bench.SkipWithoutAzurite();
        await using var azurite = await Azurite.StartAsync(Path.Combine(bench.NewFolder(), "azurite"), CancellationToken.None);
        await azurite.StopAsync();
        await using var app = AppProcess.Start(azurite.ConnectionString, bench.NewFolder());
        using var client = await AppBench.ConnectAsync(app);
        using (var down = await client.GetAsync("api/health/ready"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
        }

        using (var live = await client.GetAsync("api/health/live"))
        {
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }

        await azurite.StartAsync(CancellationToken.None);

        await client.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task Run_OneOfThreeWorkersKilledTwentyTimes_EndsWithTheSameBytes()
    {
        bench.SkipWithoutAzurite();
        var folder = bench.NewFolder();
        await using var first = bench.StartApp(folder);
        await using var second = bench.StartApp(folder);
        using var client = await AppBench.ConnectAsync(first);
        await client.WaitUntilReadyAsync();
        var request = RunClient.Flights(AppBench.Dataset, chunkSize: 2);
        var expected = (await client.WaitAsync(await client.StartAsync(request))).GetProperty("result").GetRawText();
        for (var round = 0; round < 20; round++)
        {
            await using var doomed = bench.StartApp(folder);
            var address = await doomed.AddressAsync();
            var id = await client.StartAsync(request);

            // A little later each time: the kill falls into another part of the run.
            await client.WaitForChunksAsync(id, round * 25);
            await doomed.KillAsync();
            var run = await client.WaitAsync(id);

            Assert.True(address is not null, doomed.Output);
            Assert.Equal(expected, run.GetProperty("result").GetRawText());
        }
    }

    [Fact]
    public async Task Run_EveryMessageTwiceAndOutOfOrder_EndsWithTheSameBytes()
    {
        bench.SkipWithoutAzurite();
        await using var azurite = await Azurite.StartAsync(Path.Combine(bench.NewFolder(), "azurite"), CancellationToken.None);
        var folder = bench.NewFolder();
        await AppBench.UploadAsync(azurite.ConnectionString, AppBench.Dataset, AppBench.Flights(AppBench.Records));

        // A process that plans and publishes but listens to no slices; what it has published is then doubled and turned round.
        await using var publisher = AppProcess.Start(
            azurite.ConnectionString, folder, new Dictionary<string, string> { ["AzureWebJobs_CelerityRunSlice_Disabled"] = "true" });
        using var client = await AppBench.ConnectAsync(publisher);
        await client.WaitUntilReadyAsync();
        var id = await client.StartAsync(RunClient.Flights(AppBench.Dataset));
        await AppBench.DoubleMessagesAsync(azurite.ConnectionString, "celerity-chunks", count: 4);
        await using var worker = AppProcess.Start(azurite.ConnectionString, folder);
        var disturbed = await client.WaitAsync(id);
        var plain = await client.WaitAsync(await client.StartAsync(RunClient.Flights(AppBench.Dataset)));

        Assert.Equal(AppBench.Records, disturbed.GetProperty("progress").GetProperty("recordsDone").GetInt32());
        Assert.Equal(plain.GetProperty("result").GetRawText(), disturbed.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task Cancel_RunningRun_EndsItAsCancelled()
    {
        bench.SkipWithoutAzurite();
        await bench.UploadAsync("many.csv", AppBench.Flights(60_000));
        await using var app = bench.StartApp(bench.NewFolder(), new Dictionary<string, string> { ["Celerity__Stages__MaxInFlightChunks"] = "1" });
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var id = await client.StartAsync(RunClient.Flights("many.csv", chunkSize: 2));
        await client.WaitForChunksAsync(id, 1);

        using var cancelled = await client.PostTextAsync($"api/runs/{id}/cancel", "");
        var run = await client.WaitAsync(id);

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        Assert.Equal("cancelled", run.GetProperty("state").GetString());
        Assert.True(run.GetProperty("progress").GetProperty("chunksDone").GetInt64() < 30_000);
    }

    private static string Flights(string setting) =>
        $$"""{"source":{"container":"datasets","blob":"{{AppBench.Dataset}}",{{setting}} } }""";
}
