using System.Net;
using System.Net.Http.Headers;
using Celerity.Functions.Dashboard;
using Celerity.Functions.Http;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>The dashboard's files over HTTP, and what a browser is told to do with them.</summary>
public sealed class DashboardTests
{
    [Theory]
    [InlineData("/api/dashboard/")]
    [InlineData("/api/dashboard/index.html")]
    [InlineData("/api/dashboard/runs/of/some/day")]
    public async Task Page_IsAskedForAnewEachTime_AndLoadsNothingFromElsewhere(string path)
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<title>Celerity</title>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Asset_WhoseNameHasItsHash_IsKeptForEver()
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri("/api/dashboard/assets/index-1a2b3c4d.js", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl?.MaxAge);
        Assert.Contains("immutable", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatTheBrowserHas_IsNotSentAgain()
    {
        await using var host = await StartAsync();
        using var first = await host.Http.GetAsync(new Uri("/api/dashboard/", UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/dashboard/") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var other = new HttpRequestMessage(HttpMethod.Get, "/api/dashboard/") { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"older\"") } } };

        using var second = await host.Http.SendAsync(again, TestContext.Current.CancellationToken);
        using var third = await host.Http.SendAsync(other, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NotModified, ""), (second.StatusCode, await second.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.OK, first.Headers.ETag), (third.StatusCode, third.Headers.ETag));
    }

    [Fact]
    public async Task Head_HasTheHeadersAlone()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/dashboard/index.html");

        using var answer = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Folder_WithoutItsSlash_LeadsToItself()
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri("/api/dashboard", UriKind.Relative), TestContext.Current.CancellationToken);

        var landed = answer.StatusCode == HttpStatusCode.Redirect ? new Uri(new Uri("http://localhost/api/dashboard"), answer.Headers.Location!) : answer.RequestMessage!.RequestUri!;
        Assert.Equal("/api/dashboard/", landed.AbsolutePath);
    }

    [Theory]
    [InlineData("/api/dashboard/assets/index-00000000.js")]
    [InlineData("/api/dashboard/..%2f..%2fhost.json")]
    [InlineData("/api/dashboard/..%5c..%5chost.json")]
    [InlineData("/api/dashboard/%2e%2e%2f%2e%2e%2fetc%2fpasswd.txt")]
    [InlineData("/api/dashboard/assets/../../host.json")]
    [InlineData("/api/dashboard//etc/hosts.d")]
    [InlineData("/api/dashboard/INDEX.HTML")]
    public async Task PathOfNoFile_IsNotFound(string path)
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<FunctionTestHost> StartAsync() => FunctionTestHost.StartAsync(SetUp, options =>
    {
        options.FunctionTypes.Add(typeof(DashboardEndpoints));
        options.ServedConnections.Add("AzureWebJobsStorage");
        options.ConfigureServices(services => services.AddSingleton(new DashboardFiles(typeof(DashboardTests).Assembly)));
    });

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(DashboardEndpoints).Assembly);
    }
}
