using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Starts and watches runs over HTTP, as any client would.</summary>
internal sealed class RunClient(Uri address) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { BaseAddress = address };

    public static object Flights(string blob, int chunkSize = 10) =>
        new { source = new { container = "datasets", blob, format = "csv", chunkSize } };

    public Task<HttpResponseMessage> PostAsync(string path, object body) => _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        return await _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostTextAsync(string path, string body) => _http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body));

    public Task<HttpResponseMessage> PutTextAsync(string path, string body) => _http.PutAsync(new Uri(path, UriKind.Relative), new StringContent(body));

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<string> GetTextAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<string> StartAsync(object request, string pipeline = "flight-delays")
    {
        using var response = await PostAsync($"api/pipelines/{pipeline}", request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Asks until the app has found its storage.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            using var response = await GetAsync("api/health/ready");
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    public async Task<JsonElement> GetRunAsync(string id) => await _http.GetFromJsonAsync<JsonElement>(new Uri($"api/runs/{id}", UriKind.Relative));

    /// <summary>Asks the Durable management API, which reads no storage account, whether an orchestration has not ended.</summary>
    public async Task<bool> HasOpenInstancesAsync()
    {
        var open = new Uri("runtime/webhooks/durabletask/instances?runtimeStatus=Pending,Running,Suspended&showInput=false", UriKind.Relative);
        using var instances = JsonDocument.Parse(await _http.GetStringAsync(open));
        return instances.RootElement.GetArrayLength() > 0;
    }

    /// <summary>Asks for the run's state until it has ended: all that HTTP offers a client.</summary>
    public async Task<JsonElement> WaitAsync(string id, TimeSpan? patience = null)
    {
        using var timeout = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            var run = await GetRunAsync(id);
            if (run.GetProperty("state").GetString() is "succeeded" or "succeededWithErrors" or "failed" or "cancelled")
            {
                return run;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    /// <summary>Asks for a group until it has ended.</summary>
    public async Task<JsonElement> WaitForGroupAsync(string id)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            var group = await _http.GetFromJsonAsync<JsonElement>(new Uri($"api/groups/{id}", UriKind.Relative));
            if (group.GetProperty("state").GetString() != "running")
            {
                return group;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    /// <summary>Waits until so many chunks have ended, or the run has.</summary>
    public async Task WaitForChunksAsync(string id, int chunks)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(Interval / 5);
        while (true)
        {
            var run = await GetRunAsync(id);
            if (run.GetProperty("progress").GetProperty("chunksDone").GetInt64() >= chunks
                || run.GetProperty("state").GetString() is not ("pending" or "running"))
            {
                return;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    public void Dispose() => _http.Dispose();
}
