using System.Diagnostics;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Hosting;

public sealed class ParentProcessWatchTests : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly TaskCompletionSource _stopping = new();

    public ParentProcessWatchTests() => _lifetime.ApplicationStopping.Register(_stopping.SetResult);

    public void Dispose() => _lifetime.StopApplication();

    [Fact]
    public async Task ExecuteAsync_ParentIsKilled_StopsTheApp()
    {
        using var parent = Process.Start(new ProcessStartInfo("sleep", ["600"]))!;
        using var watch = Watch(parent.Id);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(_stopping.Task.IsCompleted);

        parent.Kill();

        await _stopping.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ExecuteAsync_ParentIsGoneAlready_StopsTheApp()
    {
        using var parent = Process.Start(new ProcessStartInfo("sleep", ["0"]))!;
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var watch = Watch(parent.Id);

        await watch.StartAsync(TestContext.Current.CancellationToken);

        await _stopping.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ExecuteAsync_NoParentGiven_LetsTheAppRun()
    {
        using var watch = Watch(null);

        await watch.StartAsync(TestContext.Current.CancellationToken);
        await watch.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.False(_stopping.Task.IsCompleted);
    }

    private ParentProcessWatch Watch(int? parent) => new(Options.Create(new LocalRuntimeOptions { ParentProcessId = parent }), _lifetime);
}
