using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Tests.Orchestration;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>Entities of a whole function app, and their HTTP API.</summary>
public sealed class EntityFunctionApp : IAsyncLifetime
{
    private const string Base = "/runtime/webhooks/durabletask/entities";
    private DurableApp _app = null!;

    public async ValueTask InitializeAsync() =>
        _app = await DurableApp.StartAsync(typeof(EntityFunctions), builder => builder.Services.AddSingleton<EntityFunctions.Bank>());

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Entities_InAllForms_WorkTogether()
    {
        var client = _app.Orchestrations.Client;
        var id = await client.ScheduleNewOrchestrationInstanceAsync("Shop");

        var ended = await EndOf(id);

        Assert.Equal("metered 101", ended.ReadOutputAs<string>());
        Assert.Equal("metered 101", await OrchestrationReplay.RunAsync(
            _app.Orchestrations.ExportHistory(id), async context => await EntityFunctions.Shop(context)));
        Assert.Equal(7m, ended.ReadCustomStatusAs<decimal>());
        Assert.Equal(["apple"], (await client.Entities.GetEntityAsync<EntityFunctions.Basket>(new EntityInstanceId("basket", id)))!.State!.Items);
        using var account = await _app.Http.GetAsync($"/api/account/{id}");
        Assert.Equal("""{"Amount":7}""", await account.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("@meter@x", "-1")]
    [InlineData("@idle@x", "System.InvalidOperationException: The entity function of 'idle' ended without a call of its dispatcher")]
    [InlineData("@broken@x", "System.TimeoutException: after the batch")]
    [InlineData("@absent@x", "System.InvalidOperationException: The function 'absent' doesn't exist")]
    public async Task Call_AnswersWithWhatTheFunctionDid(string entity, string expected)
    {
        var id = await _app.Orchestrations.Client.ScheduleNewOrchestrationInstanceAsync("CallOne", entity);

        Assert.StartsWith(expected, (await EndOf(id)).ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_SignalGetAndDelete()
    {
        Assert.Equal(HttpStatusCode.Accepted, await Post("/Meter/m1?op=add", "5", "application/json"));
        Assert.Equal(HttpStatusCode.Accepted, await Post("/Basket/$?op=Add", "plain text", "text/plain"));
        Assert.Equal(HttpStatusCode.Accepted, await Post("/Basket/full?op=Add", "\"json\"", "application/json"));
        await SettleAsync();

        Assert.Equal("105", await _app.Http.GetStringAsync($"{Base}/meter/m1"));
        Assert.Equal("""{"Items":["plain text"]}""", await _app.Http.GetStringAsync($"{Base}/BASKET/$"));
        Assert.Equal("""{"Items":["json"]}""", await _app.Http.GetStringAsync($"{Base}/basket/full"));
        Assert.NotNull(await _app.Orchestrations.Client.Entities.GetEntityAsync(new EntityInstanceId("basket", "")));
        Assert.Equal(HttpStatusCode.NotFound, await Get("/meter/M1"));

        using var deleted = await _app.Http.DeleteAsync($"{Base}/basket/full");
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        await SettleAsync();
        Assert.Equal(HttpStatusCode.NotFound, await Get("/basket/full"));
    }

    [Fact]
    public async Task Http_List_FiltersAndPages()
    {
        foreach (var path in new[] { "/Meter/a", "/Meter/b", "/Meter/c", "/Basket/a" })
        {
            await Post($"{path}?op=add", "1", "application/json");
        }

        await SettleAsync();

        using var first = await _app.Http.GetAsync($"{Base}/METER?top=2&fetchState=true");
        Assert.Equal(
            [("meter", "a", 101), ("meter", "b", 101)],
            (await first.Content.ReadFromJsonAsync<JsonArray>())!.Select(item =>
                ((string?)item!["entityId"]!["name"], (string?)item["entityId"]!["key"], (int)item["state"]!)));
        using var next = new HttpRequestMessage(HttpMethod.Get, $"{Base}/meter?top=2");
        next.Headers.Add("x-ms-continuation-token", first.Headers.GetValues("x-ms-continuation-token").Single());
        using var second = await _app.Http.SendAsync(next);
        var rest = Assert.Single((await second.Content.ReadFromJsonAsync<JsonArray>())!)!.AsObject();
        Assert.Equal("c", (string?)rest["entityId"]!["key"]);
        Assert.False(rest.ContainsKey("state"));
        Assert.True((DateTimeOffset)rest["lastOperationTime"]! > new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));

        // The basket's operation failed, for a number is no text: it has no state and is not listed.
        Assert.Equal(3, (await _app.Http.GetFromJsonAsync<JsonArray>($"{Base}"))!.Count);
        Assert.Empty((await _app.Http.GetFromJsonAsync<JsonArray>($"{Base}?lastOperationTimeTo=2020-01-01T00:00:00Z"))!);
        Assert.Equal(3, (await _app.Http.GetFromJsonAsync<JsonArray>($"{Base}?lastOperationTimeFrom=2020-01-01T00:00:00Z"))!.Count);
    }

    [Fact]
    public async Task Http_BadRequests_AreToldSo()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await Post("/Meter/m?op=add", "{", "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, await Post("/Meter/m", "1", "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, await Post("/a@b/m?op=add", "1", "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, await Get("?lastOperationTimeFrom=yesterday"));
        Assert.Equal(HttpStatusCode.NotFound, await Get("/meter/nobody"));
    }

    [Fact]
    public async Task Http_Instances_HaveNoEntities()
    {
        await Post("/Meter/m?op=add", "1", "application/json");
        await SettleAsync();

        Assert.Equal("[]", await _app.Http.GetStringAsync("/runtime/webhooks/durabletask/instances"));
        using var one = await _app.Http.GetAsync("/runtime/webhooks/durabletask/instances/@meter@m");
        Assert.Equal(HttpStatusCode.NotFound, one.StatusCode);
    }

    private async Task<HttpStatusCode> Post(string path, string body, string contentType)
    {
        using var content = new StringContent(body, Encoding.UTF8, contentType);
        using var answer = await _app.Http.PostAsync(Base + path, content);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> Get(string path)
    {
        using var answer = await _app.Http.GetAsync(Base + path);
        return answer.StatusCode;
    }

    private Task SettleAsync() => _app.Orchestrations.WhenIdleAsync().WaitAsync(EngineWorld.HangLimit);

    private Task<OrchestrationMetadata> EndOf(string id) =>
        _app.Orchestrations.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(EngineWorld.HangLimit);
}
