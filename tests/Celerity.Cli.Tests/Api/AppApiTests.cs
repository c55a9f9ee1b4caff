using System.Net;
using Celerity.Cli.Tests.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Celerity.Cli.Tests.Api;

/// <summary>How commands reach an app, and what they say where they do not.</summary>
public sealed class AppApiTests : IDisposable
{
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(HttpStatusCode.NotFound, """{"code":"CEL0340","detail":"There is no dead letter 'x'."}""", "CEL0340: There is no dead letter 'x'.")]
    [InlineData(HttpStatusCode.BadRequest, """{"code":"CEL0340","detail":"\u001b[2J\u202e\u009bx"}""", "CEL0340:  [2J  x")]
    [InlineData(HttpStatusCode.Unauthorized, "", "The app at http://127.0.0.1:7071 wants a key: give one by --key or CELERITY_KEY.")]
    [InlineData(HttpStatusCode.NotFound, "<html>", "http://127.0.0.1:7071 answered 404, but not as an app with Celerity does: is --url right?")]
    [InlineData(HttpStatusCode.OK, "<html>", "http://127.0.0.1:7071 answered 200, but not as an app with Celerity does: is --url right?")]
    [InlineData(HttpStatusCode.OK, null, "No app answers at http://127.0.0.1:7071: Connection refused. Start it, or say where it is by --url or CELERITY_URL.")]
    public async Task Refusal_IsTold(HttpStatusCode status, string? body, string message)
    {
        using var app = new ScriptedApp((status, body));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "dead show x"));

        Assert.Equal(message, _bench.Error.TrimEnd());
    }

    [Fact]
    public async Task Key_IsSent_AndNeverPrinted()
    {
        using var app = new ScriptedApp((HttpStatusCode.Forbidden, ""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "dead show x --key secret --url http://user:word@app:1"));

        Assert.Equal("secret", app.Key);
        Assert.Equal("The app at http://app:1 does not take this key: give another by --key or CELERITY_KEY.", _bench.Error.TrimEnd());
    }

    [Theory]
    [InlineData("kéy")]
    [InlineData("two words")]
    [InlineData("line\nline")]
    public async Task Key_ThatIsNone_IsRefused(string key)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead", "show", "x", "--key", key));

        Assert.StartsWith("The key of --key or CELERITY_KEY has a space or a character that no key has", _bench.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, _bench.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("/x")]
    [InlineData("ftp://app")]
    [InlineData("\u001b[2J")]
    public async Task Address_ThatIsNone_IsRefused(string url)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead", "groups", "--url", url));

        Assert.Equal($"--url is '{url.Replace('\u001b', ' ')}': give an address such as http://127.0.0.1:7071. See `celerity dead groups --help`.", _bench.Error.TrimEnd());
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("nowhere")]
    public async Task AddressOfTheVariable_ThatIsNone_IsRefused(string url)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));
        _bench.Around = _bench.Around with { Variable = name => name == "CELERITY_URL" ? url : null };

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead groups"));

        Assert.StartsWith($"CELERITY_URL is '{url}': give an address such as", _bench.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppThatDoesNotAnswerInTime_IsNoCancellation()
    {
        using var app = new SlowApp();

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "dead groups"));

        Assert.Equal("The app at http://127.0.0.1:7071 did not answer within 100 seconds.", _bench.Error.TrimEnd());
    }

    [Fact]
    public async Task Redirect_IsNotFollowed_AndTheKeyStaysHere()
    {
        var keys = new List<string>();
        await using var elsewhere = await ListenAsync(context =>
        {
            keys.Add(context.Request.Headers["x-functions-key"].ToString());
            return context.Response.WriteAsync("{}");
        });
        await using var app = await ListenAsync(context =>
        {
            context.Response.Redirect($"{elsewhere.Urls.Single()}/?x=%1b");
            return Task.CompletedTask;
        });

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(null, "dead", "groups", "--json", "--key", "secret", "--url", app.Urls.Single()));

        Assert.Empty(keys);
        Assert.Equal($"{app.Urls.Single()} sends on to {elsewhere.Urls.Single()}/?x=%1b. Nothing was sent there; if that is the app, give it as --url.", _bench.Error.TrimEnd());
    }

    private static async Task<WebApplication> ListenAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Does what a client does whose time has run out.</summary>
    private sealed class SlowApp : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.", new TimeoutException());
    }
}
