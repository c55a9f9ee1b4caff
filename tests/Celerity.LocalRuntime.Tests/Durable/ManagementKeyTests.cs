using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>The management API where keys are checked.</summary>
public sealed class ManagementKeyTests : IDisposable
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("celerity-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task EnforceKeys_OnlyTheSystemKeyOrTheMasterKeyOpens()
    {
        await using var app = await StartAsync(enforce: true);
        var keys = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "keys.json")))!;
        var (system, master, host) = ((string)keys["SystemKeys"]!["durabletask_extension"]!, (string)keys["Master"]!, (string)keys["HostKeys"]!["default"]!);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, Instances));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"{Instances}/nobody?code=wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"{Instances}?code={host}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, $"{Instances}?code={system}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, $"{Instances}?code={master}"));
    }

    [Fact]
    public async Task EnforceKeys_AddressesThatAreHandedOut_CarryTheSystemKey()
    {
        await using var app = await StartAsync(enforce: true);
        var keys = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "keys.json")))!;
        var system = (string)keys["SystemKeys"]!["durabletask_extension"]!;

        using var started = await app.Http.PostAsync($"/runtime/webhooks/durabletask/orchestrators/Approval/a1?code={system}", null);

        Assert.EndsWith($"&code={system}", started.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(app, started.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task KeysNotEnforced_OpensWithoutAny()
    {
        await using var app = await StartAsync(enforce: false);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, Instances));
    }

    private static async Task<HttpStatusCode> StatusAsync(DurableApp app, string url)
    {
        using var response = await app.Http.GetAsync(url);
        return response.StatusCode;
    }

    private Task<DurableApp> StartAsync(bool enforce) => DurableApp.StartAsync(typeof(SampleFunctions), builder => builder.Configuration.AddInMemoryCollection(
        [new("LocalRuntime:EnforceKeys", $"{enforce}"), new("LocalRuntime:StateFolder", _folder.FullName)]));
}
