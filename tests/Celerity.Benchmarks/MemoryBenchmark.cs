using System.Text.Json;
using Celerity.Cli.Demo;
using Celerity.Cli.Environments;
using Celerity.Cli.Flights;
using Celerity.Cli.Tests.Flights;
using Celerity.Cli.Tools;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Benchmarks;

/// <summary>The main job over some and over all of the flight records, each in a process of the app that has done nothing before.</summary>
internal sealed class MemoryBenchmark
{
    private const int SomeRecords = 300_000;
    private const int ChunkSize = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string _root = RepositoryRoot.Find();

    public async Task<MemoryFigures> RunAsync(CancellationToken cancellationToken)
    {
        var csv = await FlightsCsv.EnsureAsync(
            new NpmPackages(_root).FlightsParquet, Path.Combine(_root, ".celerity", "data"), cancellationToken);
        return new MemoryFigures(
            await MeasureAsync(csv, SomeRecords, cancellationToken),
            await MeasureAsync(csv, FlightsCsv.AllRecords, cancellationToken));
    }

    private async Task<MemoryRun> MeasureAsync(string csv, int records, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_root, ".celerity", "benchmark", $"{Environment.ProcessId}-{records}");
        try
        {
            var environment = await DemoEnvironment.StartAsync(new DemoSettings { Folder = folder }, TimeProvider.System, cancellationToken);
            await using (environment)
            {
                var flights = new FlightRun(environment, TimeProvider.System, TimeSpan.FromSeconds(10));
                var blob = await flights.UploadAsync(csv, records, cancellationToken);
                var (status, figures) = await flights.RunAsync(blob, ChunkSize, _ => { }, cancellationToken);
                var expected = JsonSerializer.Serialize(FlightReference.Compute(csv, records), Json);
                var isRight = status.Result is { } result && JsonSerializer.Serialize(result.Deserialize<FlightResult>(Json), Json) == expected;
                return new MemoryRun(records, figures.Seconds, figures.PeakMemoryMegabytes, isRight);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
