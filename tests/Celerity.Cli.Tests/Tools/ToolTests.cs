using Celerity.Cli.Tools;
using Xunit;

namespace Celerity.Cli.Tests.Tools;

public sealed class ToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EnsureAsync_NoNode_SaysWhereToGetIt()
    {
        var unfit = await Assert.ThrowsAsync<UnfitEnvironmentException>(() =>
            NodeRuntime.EnsureAsync(_folder["node"], TestContext.Current.CancellationToken));

        Assert.Equal("Node.js was not found on the PATH: install version 20 or later from https://nodejs.org.", unfit.Message);
    }

    [Fact]
    public async Task EnsureAsync_AnOldNode_SaysWhichAndWhichIsNeeded()
    {
        var unfit = await Assert.ThrowsAsync<UnfitEnvironmentException>(() =>
            NodeRuntime.EnsureAsync(Script("old-node"), TestContext.Current.CancellationToken));

        Assert.Equal("Node.js here is v18.19.1: install version 20 or later from https://nodejs.org.", unfit.Message);
    }

    [Fact]
    public async Task EnsureAsync_ARecentNode_IsContent() =>
        await NodeRuntime.EnsureAsync(Script("recent-node"), TestContext.Current.CancellationToken);

    [Fact]
    public async Task InstallAsync_NoNpm_SaysWhatBringsIt()
    {
        var unfit = await Assert.ThrowsAsync<UnfitEnvironmentException>(() =>
            new NpmPackages(_folder.Path) { Program = _folder["npm"] }.InstallAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("npm was not found on the PATH: install Node.js 20 or later", unfit.Message);
    }

    [Fact]
    public async Task InstallAsync_AnNpmThatFails_SaysWhy()
    {
        var unfit = await Assert.ThrowsAsync<UnfitEnvironmentException>(() =>
            new NpmPackages(_folder.Path) { Program = Script("failing-npm") }.InstallAsync(TestContext.Current.CancellationToken));

        Assert.Equal($"`npm ci` failed in {_folder.Path}: npm error no registry in sight", unfit.Message);
    }

    [Fact]
    public void AreInstalled_AnEmptyFolder_IsFalse() => Assert.False(new NpmPackages(_folder.Path).AreInstalled);

    private static string Script(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for the program is a shell script.");
        return Path.Combine(AppContext.BaseDirectory, "Tools", $"{name}.sh");
    }
}
