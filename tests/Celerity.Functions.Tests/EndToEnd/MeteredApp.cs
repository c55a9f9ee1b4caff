using Celerity.Cli.Metering;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A storage account behind the counting proxy, and a process of <c>Celerity.SoakApp</c> that sends to it and runs nothing.</summary>
public sealed class MeteredApp : IAsyncLifetime
{
    private const string Project = "tests/Celerity.SoakApp";

    private StorageProxy? _proxy;
    private AppProcess? _sender;

    internal AppBench Bench { get; } = new();

    internal RunClient Sender { get; private set; } = null!;

    internal StorageRequests Requests => _proxy!.Requests;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await Bench.InitializeAsync();
        if (!Bench.HasAzurite)
        {
            return;
        }

        _proxy = await StorageProxy.StartAsync(Bench.Endpoints, CancellationToken.None);
        _sender = Start(new Dictionary<string, string> { ["AzureWebJobs_CelerityRunDefault_Disabled"] = "true" });
        Sender = await AppBench.ConnectAsync(_sender);
        await Sender.WaitUntilReadyAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_sender is not null)
        {
            Sender.Dispose();
            await _sender.DisposeAsync();
        }

        await (_proxy?.DisposeAsync() ?? default);
        await Bench.DisposeAsync();
    }

    /// <summary>Starts a process that runs what there is, 24 messages at once as host.json says.</summary>
    internal AppProcess StartWorker() => Start([]);

    /// <summary>Waits until a queue holds nothing; asks past the proxy.</summary>
    internal Task WaitUntilEmptyAsync(string queue) => AppBench.WaitUntilEmptyAsync(Bench.ConnectionString, queue);

    // No renewal within the lease, whatever else the machine does: each would be a request more.
    private AppProcess Start(Dictionary<string, string> settings) => AppProcess.Start(
        _proxy!.ConnectionString,
        Bench.NewFolder(),
        new Dictionary<string, string>(settings) { ["LocalRuntime__QueueLease"] = "00:10:00", ["AzureWebJobs_CelerityMeasure_Disabled"] = "true" },
        Project);
}
