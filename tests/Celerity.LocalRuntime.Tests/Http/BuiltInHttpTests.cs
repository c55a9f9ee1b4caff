using System.Net;
using System.Net.Http.Json;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
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

    public sealed class Functions
    {
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
