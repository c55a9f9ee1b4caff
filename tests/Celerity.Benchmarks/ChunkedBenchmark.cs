using System.Text.Json;
using Celerity.Cli.Demo;
using Celerity.Cli.Environments;
using Celerity.Cli.Flights;
using Celerity.Cli.Tests.Flights;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Benchmarks;

/// <summary>The main job over the first records of the flight data: runs that warm up, the first of them cold, then the measured ones, on one environment.</summary>
internal sealed class ChunkedBenchmark(int records, int chunkSize, int workers, int warmUp, int rounds)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<ChunkedFigures> RunAsync(CancellationToken cancellationToken)
    {
        var root = RepositoryRoot.Find();
        var packages = new NpmPackages(root);
        var csv = await FlightsCsv.EnsureAsync(packages.FlightsParquet, Path.Combine(root, ".celerity", "data"), cancellationToken);
        var expected = JsonSerializer.Serialize(FlightReference.Compute(csv, records), Json);
        var folder = Path.Combine(root, ".celerity", "benchmark", Environment.ProcessId.ToString());
        try
        {
            var environment = await DemoEnvironment.StartAsync(
                new DemoSettings { Folder = folder, Workers = workers }, TimeProvider.System, cancellationToken);
            await using (environment)
            {
                return await MeasureAsync(environment, csv, expected, cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<ChunkedFigures> MeasureAsync(DemoEnvironment environment, string csv, string expected, CancellationToken cancellationToken)
    {
        var flights = new FlightRun(environment, TimeProvider.System, TimeSpan.FromSeconds(10));
        var blob = await flights.UploadAsync(csv, records, cancellationToken);
        var isRight = true;
        var runs = new List<(FlightFigures Figures, TimeSpan App, TimeSpan Azurite)>();
        for (var round = 0; round < warmUp + rounds; round++)
        {
            var (app, azurite) = (environment.WorkersCpuTime, environment.AzuriteCpuTime);
            var (status, figures) = await flights.RunAsync(blob, chunkSize, _ => { }, cancellationToken);
            runs.Add((figures, environment.WorkersCpuTime - app, environment.AzuriteCpuTime - azurite));
            isRight &= status.Result is { } result && JsonSerializer.Serialize(result.Deserialize<FlightResult>(Json), Json) == expected;
        }

        var cold = runs[0].Figures.Seconds;
        var warm = runs.Skip(warmUp).OrderBy(run => run.Figures.Seconds).ToList();
        var (median, appCpu, azuriteCpu) = warm[warm.Count / 2];
        return new ChunkedFigures
        {
            Records = median.Records,
            Chunks = median.Chunks,
            Workers = workers,
            Seconds = median.Seconds,
            AllSeconds = [.. warm.Select(run => run.Figures.Seconds)],
            ColdSeconds = cold,
            RecordsPerSecond = median.RecordsPerSecond,
            AppCpuSeconds = appCpu.TotalSeconds,
            AzuriteCpuSeconds = azuriteCpu.TotalSeconds,
            PeakMemoryMegabytes = environment.PeakWorkerMemoryBytes / (1024.0 * 1024),
            StorageRequestsPerChunk = median.StorageRequestsPerChunk,
            StorageRequests = median.StorageRequests,
            IsRight = isRight,
        };
    }
}
