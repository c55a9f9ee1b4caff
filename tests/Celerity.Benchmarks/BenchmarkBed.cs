using Celerity.Cli.Environments;
using Celerity.Cli.Metering;
using Celerity.LocalRuntime.Emulator;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.Benchmarks;

/// <summary>What a benchmark measures on: an Azurite of its own, a proxy before it that counts, and apps in this process.</summary>
internal sealed class BenchmarkBed : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", Environment.ProcessId.ToString());

    private Azurite _azurite = null!;
    private ProcessGauge _azuriteGauge = null!;

    private BenchmarkBed()
    {
    }

    public string ConnectionString => _azurite.ConnectionString;

    /// <summary>Gets the counting proxy. It takes time of its own: requests are counted in rounds that are not timed.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    public TimeSpan AzuriteCpuTime => _azuriteGauge.CpuTime;

    public static async Task<BenchmarkBed> StartAsync(CancellationToken cancellationToken)
    {
        var bed = new BenchmarkBed();
        try
        {
            bed._azurite = await Azurite.StartAsync(Path.Combine(bed._folder, "azurite"), cancellationToken);
            bed._azuriteGauge = new ProcessGauge(bed._azurite.ProcessId!.Value, TimeProvider.System);
            bed.Proxy = await StorageProxy.StartAsync(bed._azurite.Endpoints, cancellationToken);
            return bed;
        }
        catch
        {
            await bed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Builds an app with the tasks of this project. Not started, it sends and listens to nothing.</summary>
    public Task<IHost> BuildAppAsync(string connectionString, CancellationToken cancellationToken) =>
        BuildAppAsync(connectionString, _folder, _ => { }, cancellationToken);

    /// <summary>The same with settings and services of one's own.</summary>
    public Task<IHost> BuildAppAsync(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection> configure, CancellationToken cancellationToken) =>
        BuildAppAsync(ConnectionString, _folder, configure, cancellationToken, settings);

    /// <summary>The same in a process of its own.</summary>
    public static async Task<IHost> BuildAppAsync(
        string connectionString,
        string folder,
        Action<IServiceCollection> configure,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("AzureWebJobsStorage", connectionString),
            new("LocalRuntime:HttpPort", "0"),
            new("LocalRuntime:StateFolder", folder),
            new("LocalRuntime:DurableStore", "memory"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddCelerity(typeof(BenchmarkBed).Assembly);
        builder.Services.AddSingleton<ITaskEffect, RunMeterEffect>();
        configure(builder.Services);
        var app = builder.Build();
        await app.Services.GetRequiredService<IStorageSetup>().EnsureAsync(cancellationToken);
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        if (_azuriteGauge is not null)
        {
            await _azuriteGauge.DisposeAsync();
        }

        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
