using System.Diagnostics;
using Azure.Storage.Queues;
using Celerity.Cli.Environments;
using Celerity.Cli.Tests.Emulator;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Environments;

public sealed class DemoEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task StartAsync_TwoWorkers_AreReadyAndReachStorageThroughTheProxy()
    {
        await using var environment = await StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, environment.Workers.Select(worker => worker.Address).Distinct().Count());
        Assert.All(environment.Workers, worker => Assert.True(worker.IsRunning));
        Assert.True(environment.PeakWorkerMemoryBytes > 1_000_000);
        Assert.True(environment.AzuriteCpuTime > TimeSpan.Zero);
        await new QueueClient(environment.Proxy.ConnectionString, "work").CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, environment.Proxy.Requests.Total);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task KillAsync_OneWorker_LeavesTheOtherAndItsFigures()
    {
        await using var environment = await StartAsync(TestContext.Current.CancellationToken);
        var victim = environment.Workers[0];

        await victim.KillAsync();
        var third = await environment.AddWorkerAsync(TestContext.Current.CancellationToken);

        Assert.Equal([false, true, true], environment.Workers.Select(worker => worker.IsRunning));
        Assert.Equal(environment.Workers[1].Address, environment.Address);
        Assert.Equal("worker-3", third.Name);
        Assert.True(victim.PeakMemoryBytes > 1_000_000);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task Worker_ThatEndsToBeStartedAnew_IsReplaced()
    {
        await using var environment = await StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();

        using var accepted = await http.GetAsync(new Uri(environment.Workers[0].Address!, "/recycle"), TestContext.Current.CancellationToken);
        Assert.Equal(200, await environment.Workers[0].Exited);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (environment.Workers is not [_, _, { Address: not null }])
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal([false, true, true], environment.Workers.Select(worker => worker.IsRunning));
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task KillAsync_BetweenTwoReadingsOfTheGauge_ReadsOnceMore()
    {
        using var http = new HttpClient();
        var settings = StandIns.Settings(_folder.Path);
        await using var worker = WorkerProcess.Start(settings, "worker", "none", new GaugeStandsStill());
        await worker.WaitUntilReadyAsync(http, settings.ReadyLimit, TestContext.Current.CancellationToken);

        await worker.KillAsync();

        Assert.True(worker.PeakMemoryBytes > 20_000_000, $"{worker.PeakMemoryBytes} bytes");
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task DisposeAsync_AsksWorkersToDrainAndEndsEverything()
    {
        var environment = await StartAsync(TestContext.Current.CancellationToken);
        int[] ids = [.. environment.Workers.Select(worker => worker.Id), environment.Azurite.ProcessId!.Value];
        var connectionString = environment.Proxy.ConnectionString;

        await environment.DisposeAsync();

        Assert.All(ids, id => Assert.Throws<ArgumentException>(() => Process.GetProcessById(id)));
        var log = await File.ReadAllTextAsync(environment.Workers[0].LogFile, TestContext.Current.CancellationToken);
        Assert.Contains("drained", log);
        Assert.Contains($"connection {connectionString}", log);
        Assert.Contains($"state {_folder["state"]} parent {Environment.ProcessId}", log);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task StartAsync_AWorkerThatDies_SaysWhyAndLeavesNothingRunning()
    {
        var failure = await Assert.ThrowsAsync<UnfitEnvironmentException>(() => StartAsync(TestContext.Current.CancellationToken, "dies"));

        Assert.Contains("ended with code 7", failure.Message);
        Assert.Contains("storage account is on fire", failure.Message);
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task StartAsync_AWorkerThatIsNeverReady_GivesUp()
    {
        var failure = await Assert.ThrowsAsync<UnfitEnvironmentException>(() =>
            StartAsync(TestContext.Current.CancellationToken, "starts forever"));

        Assert.Contains("was not ready within 1 s", failure.Message);
    }

    [Fact]
    public async Task StartAsync_AnAppThatIsNotBuilt_SaysHowToBuildIt()
    {
        var settings = new DemoSettings { Folder = _folder.Path, WorkerCommand = ["dotnet", _folder["FunctionApp.dll"]] };

        var failure = await Assert.ThrowsAsync<UnfitEnvironmentException>(() =>
            DemoEnvironment.StartAsync(settings, TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Contains("dotnet build src/FunctionApp", failure.Message);
    }

    private async Task<DemoEnvironment> StartAsync(CancellationToken cancellationToken, string mode = "")
    {
        try
        {
            return await DemoEnvironment.StartAsync(StandIns.Settings(_folder.Path, mode, workers: 2), TimeProvider.System, cancellationToken);
        }
        catch (EmulatorMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    private sealed class GaugeStandsStill : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, period == ProcessGauge.Interval ? Timeout.InfiniteTimeSpan : dueTime, period);
    }
}
