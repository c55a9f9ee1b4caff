using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Http;

public sealed class KeyEndpointTests
{
    [Theory]
    [InlineData("admin/functions/greet/keys")]
    [InlineData("admin/host/keys")]
    [InlineData("admin/host/functionkeys")]
    [InlineData("admin/host/systemkeys")]
    public async Task Keys_SetMadeListedAndDeleted(string path)
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var put = await app.Http.PutAsJsonAsync($"{path}/mine", new { name = "mine", value = "abc" });
        using var again = await app.Http.PutAsJsonAsync($"{path}/mine", new { name = "mine", value = "def" });
        using var made = await app.Http.PostAsync($"{path}/other", null);

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Created], new[] { put.StatusCode, again.StatusCode, made.StatusCode });
        var keys = (await ReadAsync(app, path)).GetProperty("keys").EnumerateArray().ToDictionary(key => key.GetProperty("name").GetString()!);
        Assert.Equal("def", keys["mine"].GetProperty("value").GetString());
        Assert.Equal(64, keys["other"].GetProperty("value").GetString()!.Length);
        Assert.Equal("def", (await ReadAsync(app, $"{path}/mine")).GetProperty("value").GetString());
        using var delete = await app.Http.DeleteAsync($"{path}/mine");
        using var deleteAgain = await app.Http.DeleteAsync($"{path}/mine");
        using var get = await app.Http.GetAsync($"{path}/mine");
        Assert.Equal(
            [HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound],
            new[] { delete.StatusCode, deleteAgain.StatusCode, get.StatusCode });
    }

    [Fact]
    public async Task Keys_OfAnUnknownFunction_AreNotFound()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var reply = await app.Http.GetAsync("admin/functions/other/keys");

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"name":"mine"}""")]
    [InlineData("[1]")]
    [InlineData("""{"value":5}""")]
    public async Task Put_WithoutAValue_IsRefused(string body)
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);
        using var content = new StringContent(body, null, "application/json");

        using var reply = await app.Http.PutAsync("admin/host/keys/mine", content);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.StartsWith("The body must be {", await reply.Content.ReadFromJsonAsync<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enforced_AKeySetForAFunction_OpensItAndNoOther()
    {
        await using var app = await LocalApp.StartAsync(
            [typeof(Functions)], builder => builder.Configuration.AddInMemoryCollection([new("LocalRuntime:EnforceKeys", "true")]));
        var file = await File.ReadAllTextAsync(Path.Combine(app.Folder, ".celerity", "local", "keys.json"));
        var master = JsonDocument.Parse(file).RootElement.GetProperty("Master").GetString()!;
        using (var refused = await app.Http.PutAsJsonAsync("admin/functions/greet/keys/mine", new { value = "abc" }))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var set = await app.Http.PutAsJsonAsync($"admin/functions/greet/keys/mine?code={master}", new { value = "abc" });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "api/greet?code=abc"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "api/part?code=abc"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "api/greet?code=abd"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, $"api/part?code={master}"));
    }

    private static async Task<JsonElement> ReadAsync(LocalApp app, string path) => await app.Http.GetFromJsonAsync<JsonElement>(path);

    private static async Task<HttpStatusCode> StatusAsync(LocalApp app, string path)
    {
        using var reply = await app.Http.GetAsync(path);
        return reply.StatusCode;
    }

    public sealed class Functions
    {
        [Function("greet")]
        public static HttpResponseData Greet([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequestData request) => request.CreateResponse(HttpStatusCode.OK);

        [Function("part")]
        public static HttpResponseData Part([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequestData request) => request.CreateResponse(HttpStatusCode.OK);
    }
}
