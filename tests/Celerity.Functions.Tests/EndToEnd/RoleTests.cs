using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Celerity.Functions.Tests.Http;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Readers and operators, by the keys of the platform, on real Azurite with keys enforced.</summary>
public sealed partial class RoleTests(AppBench bench) : IClassFixture<AppBench>
{
    private const string ReaderKey = "a-key-of-a-reader-of-32-characters";

    [Fact]
    public async Task Keys_OfReadersAndOperators_OpenWhatTheirRoleSays()
    {
        bench.SkipWithoutAzurite();
        var folder = bench.NewFolder();
        await using var app = bench.StartApp(folder, new Dictionary<string, string> { ["LocalRuntime__EnforceKeys"] = "true" });
        var address = await app.AddressAsync();
        Assert.True(address is not null, app.Output);
        using var keys = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "keys.json"), TestContext.Current.CancellationToken));
        using var nobody = new HttpClient { BaseAddress = address };
        using var admin = ClientOf(address!, keys.RootElement.GetProperty("Master").GetString()!);
        using var owner = ClientOf(address!, keys.RootElement.GetProperty("HostKeys").GetProperty("default").GetString()!);
        using var reader = ClientOf(address!, ReaderKey);

        foreach (var function in HttpFunction.All.Where(function => function.Role == "reader"))
        {
            using var put = await admin.PutAsJsonAsync($"admin/functions/{function.Name}/keys/reader", new { value = ReaderKey });
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        foreach (var function in HttpFunction.All)
        {
            foreach (var method in function.Methods)
            {
                Assert.Equal((function.Name, method, function.Role != "operator"), (function.Name, method, await IsOpenAsync(reader, function, method)));
                Assert.Equal((function.Name, method, function.Role == "anyone"), (function.Name, method, await IsOpenAsync(nobody, function, method)));
                Assert.Equal((function.Name, method, true), (function.Name, method, method is not ("get" or "head") || await IsOpenAsync(owner, function, method)));
            }
        }

        using var act = await owner.PostAsJsonAsync("api/queues/celerity-low/pause", new { who = "ada" });
        Assert.Equal(HttpStatusCode.OK, act.StatusCode);
        Assert.True((await reader.GetFromJsonAsync<JsonElement>("api/queues")).GetProperty("queues").EnumerateArray()
            .Single(queue => queue.GetProperty("name").GetString() == "celerity-low").GetProperty("isPaused").GetBoolean());
        Assert.Equal(0, await app.StopAsync());
    }

    private static HttpClient ClientOf(Uri address, string key) => new() { BaseAddress = address, DefaultRequestHeaders = { { "x-functions-key", key } } };

    private static async Task<bool> IsOpenAsync(HttpClient client, HttpFunction function, string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), $"api/{Parameter().Replace(function.Route, "none")}");

        // A stream does not end by itself within the test's time.
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode != HttpStatusCode.Unauthorized;
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
