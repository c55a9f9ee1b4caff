using System.Net;
using System.Net.Http.Json;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Http;

/// <summary>HTTP functions without the ASP.NET Core integration.</summary>
public sealed class BuiltInHttpTests
{
    [Theory]
    [InlineData("api/text", HttpStatusCode.OK, "text/plain", "text")]
    [InlineData("api/nothing", HttpStatusCode.NoContent, null, "")]
    [InlineData("api/poco", HttpStatusCode.OK, "application/json", """{"Name":"a"}""")]
    [InlineData("api/query?name=John&name=Jane", HttpStatusCode.OK, null, "John,Jane")]
    public async Task Get_EachResult_IsWritten(string path, HttpStatusCode status, string? type, string body)
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var response = await app.Http.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_WhereOnlyGetIsAllowed_IsNotFound()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var response = await app.Http.PostAsync("api/text", null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Get_QueryValues_BindByNameAndType()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        var bound = await app.Http.GetStringAsync("api/bound/a?id=b&at=2026-01-02T03:04:05Z&statuses=%5B%22x%22,%22y%22%5D&COUNT=7");

        Assert.Equal("a 2026-01-02T03:04:05.0000000Z x,y 7 none none", bound);
    }

    [Fact]
    public async Task Get_LevelNotStated_AsksForAFunctionKey()
    {
        await using var app = await LocalApp.StartAsync(
            [typeof(Functions)], builder => builder.Configuration.AddInMemoryCollection([new("LocalRuntime:EnforceKeys", "true")]));

        using var response = await app.Http.GetAsync("api/text");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Start_ReservedRoute_IsRefused()
    {
        await using var app = LocalApp.Build([typeof(OnReservedRoute)]);

        var failure = await Assert.ThrowsAsync<LocalStartException>(app.StartAsync);

        Assert.Contains("admin/mine", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_HttpRequestData_ReadsTheBodyAndAnswersWithHeadersAndCookies()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var response = await app.Http.PostAsJsonAsync("api/full", new { Name = "Ada" });

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("value", response.Headers.GetValues("x-probe").Single());
        Assert.StartsWith("c=1", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("""{"Name":"Ada!"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_PocoTrigger_IsReadFromTheBody()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var response = await app.Http.PostAsJsonAsync("api/fromBody", new { name = "Ada" });

        Assert.Equal("Ada", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task GetHttpRequestDataAsync_InMiddleware_LeavesTheBodyToTheFunction()
    {
        string? seen = null;
        await using var app = await LocalApp.StartAsync([typeof(Functions)], builder => builder.Use(next => async context =>
        {
            var request = await context.GetHttpRequestDataAsync();
            seen = await request!.ReadAsStringAsync();
            await next(context);
        }));

        using var response = await app.Http.PostAsJsonAsync("api/fromBody", new { name = "Ada" });

        Assert.Equal("""{"name":"Ada"}""", seen);
        Assert.Equal("Ada", await response.Content.ReadAsStringAsync());
    }

    public sealed class OnReservedRoute
    {
        [Function("reserved")]
        public static string Reserved([HttpTrigger("get", Route = "admin/mine")] HttpRequestData request) => "text";
    }

    public sealed class Functions
    {
        // The route's id wins over the query's.
        [Function("bound")]
        public static string Bound(
            [HttpTrigger("get", Route = "bound/{id}")] HttpRequestData request, string id, DateTime at, string[] statuses, int count, DateTime? until, string? name) =>
            $"{id} {at.ToUniversalTime():o} {string.Join(',', statuses)} {count} {until?.ToString("o") ?? "none"} {name ?? "none"}";

        [Function("text")]
        public static string Text([HttpTrigger("get")] HttpRequestData request) => "text";

        [Function("nothing")]
        public static void Nothing([HttpTrigger("get")] HttpRequestData request) => _ = request;

        [Function("poco")]
        public static Person Poco([HttpTrigger("get")] HttpRequestData request) => new("a");

        [Function("query")]
        public static HttpResponseData Query([HttpTrigger("get")] HttpRequestData request)
        {
            var response = request.CreateResponse(HttpStatusCode.OK);
            response.WriteString(request.Query["name"]!);
            return response;
        }

        [Function("full")]
        public static async Task<HttpResponseData> Full([HttpTrigger("post")] HttpRequestData request)
        {
            var person = await request.ReadFromJsonAsync<Person>();
            var response = request.CreateResponse(HttpStatusCode.Created);
            response.Headers.Add("x-probe", "value");
            response.Cookies.Append("c", "1");
            await response.WriteAsJsonAsync(person! with { Name = person.Name + "!" });
            return response;
        }

        [Function("fromBody")]
        public static string FromBody([HttpTrigger("post")] Person person) => person.Name;
    }

    public sealed record Person(string Name);
}
