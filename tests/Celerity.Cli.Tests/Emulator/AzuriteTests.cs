using System.Diagnostics;
using Azure.Storage.Blobs;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Emulator;

public sealed class AzuriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task StartAsync_Twice_ServesOnPortsOfTheirOwn()
    {
        await using var first = await Emulators.StartOrSkipAsync(_folder["first"]);
        await using var second = await Emulators.StartOrSkipAsync(_folder["second"]);

        await Container(first).CreateAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(await Container(first).ExistsAsync(TestContext.Current.CancellationToken));
        Assert.False(await Container(second).ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task StartAsync_AfterStop_HasTheSamePortsAndContent()
    {
        await using var azurite = await Emulators.StartOrSkipAsync(_folder.Path);
        var endpoints = azurite.Endpoints;
        await Container(azurite).CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Container(azurite).UploadBlobAsync("b", BinaryData.FromString("kept"), TestContext.Current.CancellationToken);

        await azurite.StopAsync();
        Assert.Null(azurite.ProcessId);
        await azurite.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(endpoints, azurite.Endpoints);
        var content = await Container(azurite).GetBlobClient("b").DownloadContentAsync(TestContext.Current.CancellationToken);
        Assert.Equal("kept", content.Value.Content.ToString());
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task DisposeAsync_WhileRunning_EndsTheProcess()
    {
        var azurite = await Emulators.StartOrSkipAsync(_folder.Path);
        using var process = Process.GetProcessById(azurite.ProcessId!.Value);

        await azurite.DisposeAsync();

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task StartAsync_WithoutPackages_SaysHowToInstallThem()
    {
        var missing = await Assert.ThrowsAsync<EmulatorMissingException>(() =>
            Azurite.StartAsync(_folder.Path, _folder["data"], TestContext.Current.CancellationToken));

        Assert.Contains("`npm ci`", missing.Message);
        Assert.Contains(_folder.Path, missing.Message);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task StartAsync_WithABrokenPackage_SaysWhy()
    {
        var program = Directory.CreateDirectory(_folder["node_modules/azurite/dist/src"]).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(program, "azurite.js"), "console.error('no such thing'); process.exit(1);", TestContext.Current.CancellationToken);
        await (await Emulators.StartOrSkipAsync(_folder["probe"])).DisposeAsync();

        var missing = await Assert.ThrowsAsync<EmulatorMissingException>(() =>
            Azurite.StartAsync(_folder.Path, _folder["data"], TestContext.Current.CancellationToken));

        Assert.EndsWith("no such thing", missing.Message);
    }

    private static BlobContainerClient Container(Azurite azurite) => new(azurite.ConnectionString, "content");
}
