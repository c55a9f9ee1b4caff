using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Celerity.Cli.Environments;
using Celerity.Cli.Flights;
using Celerity.Cli.Metering;
using Celerity.Cli.Runs;

namespace Celerity.Cli.Demo;

/// <summary>The pipeline <c>flight-delays</c> over the flight records, run and measured from outside.</summary>
/// <param name="environment">What runs it.</param>
/// <param name="time">The clock.</param>
/// <param name="pollInterval">How often it is read while it goes on.</param>
internal sealed class FlightRun(DemoEnvironment environment, TimeProvider time, TimeSpan pollInterval)
{
    private const string Container = "datasets";
    private const double BytesPerMegabyte = 1024 * 1024;

    /// <summary>Puts the first <paramref name="records"/> records into a blob and gives its name.</summary>
    /// <remarks>Past the proxy: only what the app asks of storage counts.</remarks>
    public async Task<string> UploadAsync(string csvPath, int records, CancellationToken cancellationToken)
    {
        var name = records == FlightsCsv.AllRecords ? "flights-3m.csv" : $"flights-{records}.csv";
        var length = await FlightsCsv.LengthOfFirstAsync(csvPath, records, cancellationToken);
        var container = new BlobContainerClient(environment.Azurite.ConnectionString, Container);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await BlobUpload.FirstBytesAsync(csvPath, length, container.GetBlockBlobClient(name), cancellationToken);
        return name;
    }

    /// <summary>Starts the pipeline over HTTP and follows it to its end.</summary>
    /// <exception cref="RunRefusedException">The app did not accept it, or stopped answering.</exception>
    public async Task<(RunStatus Status, FlightFigures Figures)> RunAsync(
        string blob, int chunkSize, Action<RunStatus> report, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var api = new RunApi(http, time, pollInterval);
        var body = new { source = new { container = Container, blob, format = "csv", chunkSize } };
        var before = environment.Proxy.Requests;
        var started = time.GetTimestamp();
        var statusUrl = await api.StartAsync(environment.Address, "flight-delays", body, cancellationToken);
        var status = await api.FollowAsync(statusUrl, report, cancellationToken);
        return (status, Figures(status.Progress, time.GetElapsedTime(started), environment.Proxy.Requests.Since(before)));
    }

    private FlightFigures Figures(RunProgress progress, TimeSpan elapsed, StorageRequests requests) => new(
        Math.Round(elapsed.TotalSeconds, 3),
        progress.RecordsDone,
        Math.Round(progress.RecordsDone / elapsed.TotalSeconds),
        progress.ChunksTotal,
        progress.ChunksTotal == 0 ? 0 : Math.Round((double)requests.Total / progress.ChunksTotal, 3),
        Math.Round(environment.PeakWorkerMemoryBytes / BytesPerMegabyte, 1),
        requests.ByKind);
}
