using System.Text.Json;
using Celerity.Cli.Demo;
using Celerity.Cli.Environments;
using Celerity.Cli.Runs;
using Celerity.Cli.Tests.Flights;
using Celerity.LocalRuntime.Emulator;
using Microsoft.Data.Sqlite;

namespace Celerity.Benchmarks;

/// <summary>The flight-delay pipeline over generated datasets of several sizes.</summary>
internal sealed class ScaleBenchmark(IReadOnlyList<int> sizes)
{
    private const int ChunkSize = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<SizeFigures> RunAsync(CancellationToken cancellationToken)
    {
        var runs = new List<SizeRun>();
        foreach (var records in sizes.Order())
        {
            runs.Add(await MeasureAsync(records, cancellationToken));
        }

        return new SizeFigures(runs);
    }

    private static async Task<SizeRun> MeasureAsync(int records, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", $"{Environment.ProcessId}-{records}");
        try
        {
            var environment = await DemoEnvironment.StartAsync(new DemoSettings { Folder = folder }, TimeProvider.System, cancellationToken);
            await using (environment)
            {
                var blob = await GeneratedFlights.UploadAsync(environment, records, cancellationToken);
                var (status, figures) = await new FlightRun(environment, TimeProvider.System, TimeSpan.FromSeconds(10))
                    .RunAsync(blob, ChunkSize, _ => { }, cancellationToken);
                return new SizeRun
                {
                    Records = records,
                    Chunks = figures.Chunks,
                    Seconds = figures.Seconds,
                    Requests = figures.StorageRequests.Values.Sum(),
                    HistoryEvents = await PeakHistoryAsync(Path.Combine(folder, "state"), cancellationToken),
                    PeakMegabytes = figures.PeakMemoryMegabytes,
                    IsRight = IsRight(status, records),
                };
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The runtime's own store: no API tells of histories that are over.
    private static async Task<int> PeakHistoryAsync(string folder, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = Directory.GetFiles(folder, "*.db").Single(), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        await using var database = new SqliteConnection(connection.ConnectionString);
        await database.OpenAsync(cancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = "SELECT MAX(HistoryPeak) FROM Instances";
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken));
    }

    private static bool IsRight(RunStatus status, int records) =>
        status.Result?.Deserialize<FlightResult>(Json) is { } result
        && result.Flights == records && Math.Abs(result.MeanDelayMinutes - GeneratedFlights.MeanDelay(records)) < 1e-9;
}
