using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.TestKit.Tests;

/// <summary>The test host over a storage emulator instead of storage in memory.</summary>
public sealed class EmulatorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("test-host-azurite-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Messages_ThroughAnEmulator_ArriveWithoutWaiting()
    {
        await using var azurite = await Azurite.StartAsync(_folder.FullName, TestContext.Current.CancellationToken);
        var app = new TestApp();
        await using var host = await app.StartAsync(options => options.ConnectionString = azurite.ConnectionString);

        await host.Queues.SendAsync("forward", "hello");
        await host.RunUntilIdleAsync();

        Assert.Equal(["forwards", "hello"], app.Noted);
        Assert.Equal(0, await host.Queues.CountAsync("notes"));
        Assert.Equal(host.Now, new Hosting.FunctionTestHostOptions().StartsAt);
    }
}
