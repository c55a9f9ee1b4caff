using Celerity.Cli.Metering;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Cli.Environments;

/// <summary>A storage emulator, a proxy that counts what reaches it, and processes of the function app at work on it.</summary>
/// <remarks>Whatever it started ends with it, and with this process. Not safe for concurrent use.</remarks>
internal sealed class DemoEnvironment : IAsyncDisposable
{
    // With what a worker ends that wants a new one in its place.
    private const int RestartExitCode = 200;

    private readonly DemoSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new();
    private readonly Lock _gate = new();
    private readonly List<WorkerProcess> _workers = [];
    private readonly List<Task> _watches = [];
    private readonly CancellationTokenSource _ending = new();
    private Azurite? _azurite;
    private StorageProxy? _proxy;
    private ProcessGauge? _azuriteGauge;

    private DemoEnvironment(DemoSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
    }

    public Azurite Azurite => _azurite!;

    /// <summary>Gets what the workers' storage requests go through.</summary>
    public StorageProxy Proxy => _proxy!;

    /// <summary>Gets every worker that was started, dead ones included.</summary>
    public IReadOnlyList<WorkerProcess> Workers
    {
        get
        {
            lock (_gate)
            {
                return [.. _workers];
            }
        }
    }

    /// <summary>Gets the address of a worker that is running.</summary>
    /// <exception cref="UnfitEnvironmentException">None is.</exception>
    public Uri Address => Workers.FirstOrDefault(worker => worker is { IsRunning: true, Address: not null })?.Address ?? throw new UnfitEnvironmentException(
        $"Every process of the app has ended; its logs are in {_settings.Folder}.");

    /// <summary>Gets the peak memory of the worker that needed most.</summary>
    public long PeakWorkerMemoryBytes => Workers.Max(worker => worker.PeakMemoryBytes);

    public TimeSpan WorkersCpuTime => Workers.Aggregate(TimeSpan.Zero, (sum, worker) => sum + worker.CpuTime);

    public TimeSpan AzuriteCpuTime => _azuriteGauge!.CpuTime;

    /// <summary>Starts everything and waits until every worker is ready.</summary>
    /// <exception cref="EmulatorMissingException">The emulator cannot run here.</exception>
    /// <exception cref="UnfitEnvironmentException">The function app is not built, or a worker did not get ready.</exception>
    public static async Task<DemoEnvironment> StartAsync(DemoSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var environment = new DemoEnvironment(settings, time);
        try
        {
            await environment.StartAsync(cancellationToken);
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more worker and waits until it is ready.</summary>
    public async Task<WorkerProcess> AddWorkerAsync(CancellationToken cancellationToken)
    {
        var worker = StartWorker();
        await worker.WaitUntilReadyAsync(_http, _settings.ReadyLimit, cancellationToken);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(Workers.Select(worker => worker.DisposeAsync().AsTask()));
        await Task.WhenAll(_watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
        await (_proxy?.DisposeAsync() ?? default);
        await (_azuriteGauge?.DisposeAsync() ?? default);
        await (_azurite?.DisposeAsync() ?? default);
        _http.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_settings.WorkerCommand is ["dotnet", var app] && !File.Exists(app))
        {
            throw new UnfitEnvironmentException($"The function app is not built: run `dotnet build src/FunctionApp` ({app}).");
        }

        Directory.CreateDirectory(_settings.Folder);
        _azurite = await Azurite.StartAsync(Path.Combine(_settings.Folder, "azurite"), cancellationToken);
        _azuriteGauge = new ProcessGauge(_azurite.ProcessId!.Value, _time);
        _proxy = await StorageProxy.StartAsync(_azurite.Endpoints, cancellationToken);
        var workers = Enumerable.Range(0, _settings.Workers).Select(_ => StartWorker()).ToArray();
        await Task.WhenAll(workers.Select(worker => worker.WaitUntilReadyAsync(_http, _settings.ReadyLimit, cancellationToken)));
    }

    private WorkerProcess StartWorker()
    {
        lock (_gate)
        {
            _ending.Token.ThrowIfCancellationRequested();
            var worker = WorkerProcess.Start(_settings, $"worker-{_workers.Count + 1}", Proxy.ConnectionString, _time);
            _workers.Add(worker);
            _watches.Add(ReplaceIfRecycledAsync(worker));
            return worker;
        }
    }

    private async Task ReplaceIfRecycledAsync(WorkerProcess worker)
    {
        if (await worker.Exited == RestartExitCode)
        {
            await AddWorkerAsync(_ending.Token);
        }
    }
}
