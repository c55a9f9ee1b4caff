using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Functions.Http;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>Who answers, and who asks.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Access_TellsTheAppAndWhoIsSignedIn()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/access") { Headers = { { "X-MS-CLIENT-PRINCIPAL-NAME", "ada@example.com" } } };

        using var answer = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var access = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(("flights", "ada@example.com"), (access.GetProperty("app").GetString(), access.GetProperty("by").GetString()));
        Assert.NotEmpty(access.GetProperty("version").GetString()!);
    }

    [Fact]
    public async Task Operator_WhereKeysAreNotChecked_IsEverybody()
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri("/api/access/operator", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static Task<FunctionTestHost> StartAsync() => FunctionTestHost.StartAsync(SetUp, options =>
    {
        options.FunctionTypes.Add(typeof(AccessEndpoints));
        options.ServedConnections.Add("AzureWebJobsStorage");
        options.Set("WEBSITE_SITE_NAME", "flights");
    });

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(AccessEndpoints).Assembly);
    }
}
