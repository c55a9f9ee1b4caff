using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Tests.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Template;

/// <summary>An app as the official templates make it runs with nothing changed but what its packages are.</summary>
public sealed class TemplateAppTests : IClassFixture<TemplateApp>, IClassFixture<Azurite>, IDisposable
{
    private const int Orchestrations = 200;
    private const string Instances = "runtime/webhooks/durabletask/instances";

    private readonly TemplateApp _app;
    private readonly Azurite _azurite;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("template-state-");

    public TemplateAppTests(TemplateApp app, Azurite azurite)
    {
        azurite.SkipIfMissing();
        (_app, _azurite) = (app, azurite);
    }

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task TemplateApp_ItsThreeFunctions_Work()
    {
        await using var app = await StartAsync();

        Assert.Equal("Welcome!", await app.Http.GetStringAsync("api/HttpTrigger1"));

        var queue = new QueueClient(_azurite.ConnectionString, "myqueue-items", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync("from outside");
        await app.WaitForAsync("Got a queue message: from outside");

        using var reply = await app.Http.PostAsync("api/DurableFunctionsOrchestration1_HttpStart", null);
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        var started = await reply.Content.ReadFromJsonAsync<JsonElement>();
        var status = await WaitUntilEndedAsync(app, started.GetProperty("Id").GetString()!);
        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal("""["Hello Tokyo!","Hello Seattle!","Hello London!"]""", status.GetProperty("output").GetRawText());
    }

    [Fact]
    public async Task TwoProcesses_KilledAgainAndAgain_EachOrchestrationEndsOnce()
    {
        var apps = new[] { await StartAsync(), await StartAsync() };
        var ids = new List<string>();
        try
        {
            for (var i = 0; i < Orchestrations; i++)
            {
                ids.Add(await StartOrchestrationAsync(apps[i % 2]));
                if (i % 20 == 19)
                {
                    // In the midst of the work that it has just been given, and each time the other one.
                    var victim = i / 20 % 2;
                    await apps[victim].KillAsync();
                    await apps[victim].DisposeAsync();
                    apps[victim] = await StartAsync();
                }
            }

            foreach (var id in ids)
            {
                var status = await WaitUntilEndedAsync(apps[0], id);
                Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
                Assert.Equal(3, status.GetProperty("output").GetArrayLength());
                var events = status.GetProperty("historyEvents").EnumerateArray().Select(item => item.GetProperty("EventType").GetString()).ToList();
                Assert.Single(events, kind => kind == "ExecutionStarted");
                Assert.Single(events, kind => kind == "ExecutionCompleted");
                Assert.Equal(3, events.Count(kind => kind == "TaskCompleted"));
            }

            var all = await apps[1].Http.GetFromJsonAsync<JsonElement>($"{Instances}?top=1000");
            Assert.Equal(ids.Order(StringComparer.Ordinal), all.EnumerateArray().Select(item => item.GetProperty("instanceId").GetString()!).Order(StringComparer.Ordinal));
        }
        finally
        {
            await Task.WhenAll(apps.Select(app => app.DisposeAsync().AsTask()));
        }
    }

    private static async Task<string> StartOrchestrationAsync(TemplateAppProcess app)
    {
        using var reply = await app.Http.PostAsync("api/DurableFunctionsOrchestration1_HttpStart", null);
        return (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("Id").GetString()!;
    }

    private static async Task<JsonElement> WaitUntilEndedAsync(TemplateAppProcess app, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var reply = await app.Http.GetAsync($"{Instances}/{id}?showHistory=true", patience.Token);
            if (reply.StatusCode == HttpStatusCode.OK)
            {
                return await reply.Content.ReadFromJsonAsync<JsonElement>(patience.Token);
            }

            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private Task<TemplateAppProcess> StartAsync() => _app.StartAsync(_azurite.ConnectionString, _state.FullName);
}
