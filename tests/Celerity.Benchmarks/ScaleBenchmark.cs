using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Demo;
using Celerity.Cli.Environments;
using Celerity.Cli.Metering;
using Celerity.Cli.Runs;
using Celerity.Cli.Tests.Flights;
using Celerity.LocalRuntime.Emulator;
using Microsoft.Data.Sqlite;

namespace Celerity.Benchmarks;

/// <summary>The flight-delay pipeline over generated datasets of several sizes.</summary>
internal sealed class ScaleBenchmark(IReadOnlyList<int> sizes)
{
    private const int ChunkSize = 1000;
    private const int WarmUpRecords = 1_000_000;
    private const int Rounds = 5;
    private const double BytesPerMegabyte = 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // What an app asks of storage without any run, by the clock. Each chunk queue's own polls that find nothing are counted apart.
    private static readonly Dictionary<string, string> NothingElse = new[]
    {
        "CelerityMaintain", "CeleritySchedule", "CelerityMeasure", "CelerityRunHigh", "CelerityRunDefault", "CelerityRunLow",
    }.ToDictionary(function => $"AzureWebJobs_{function}_Disabled", _ => "true");

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
            var environment = await DemoEnvironment.StartAsync(new DemoSettings { Folder = folder, WorkerSettings = NothingElse }, TimeProvider.System, cancellationToken);
            await using (environment)
            {
                // What a process needs once, compiled code and a heap of its size, is not what a run needs for its records.
                await RunAsync(environment, await GeneratedFlights.UploadAsync(environment, WarmUpRecords, cancellationToken), cancellationToken);
                var blob = await GeneratedFlights.UploadAsync(environment, records, cancellationToken);
                var before = environment.Workers[0].PeakMemoryBytes / BytesPerMegabyte;
                ForgetPeak(environment.Workers[0].Id);
                var rounds = new List<(RunStatus Status, FlightFigures Figures)>();
                for (var round = 0; round < Rounds; round++)
                {
                    rounds.Add(await RunAsync(environment, blob, cancellationToken));
                }

                var (heap, committed) = await ReadHeapAsync(environment.Address, cancellationToken);
                return new SizeRun
                {
                    Records = records,
                    Chunks = rounds[0].Figures.Chunks,
                    Seconds = Median(rounds.Select(round => round.Figures.Seconds)),
                    Requests = Median(rounds.Select(round => round.Figures.StorageRequests.Values.Sum() - PollsOf(round.Figures))),
                    Polls = Median(rounds.Select(round => PollsOf(round.Figures))),
                    HistoryEvents = await PeakHistoryAsync(Path.Combine(folder, "state"), cancellationToken),
                    WarmUpMegabytes = before,
                    PeakMegabytes = PeakOf(environment.Workers[0].Id),
                    HeapMegabytes = heap,
                    CommittedMegabytes = committed,
                    IsRight = rounds.All(round => IsRight(round.Status, records)),
                };
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<(RunStatus Status, FlightFigures Figures)> RunAsync(DemoEnvironment environment, string blob, CancellationToken cancellationToken) =>
        new FlightRun(environment, TimeProvider.System, TimeSpan.FromSeconds(10)).RunAsync(blob, ChunkSize, _ => { }, cancellationToken);

    private static long PollsOf(FlightFigures figures) => figures.StorageRequests.GetValueOrDefault(RequestKind.QueueGetEmpty);

    private static T Median<T>(IEnumerable<T> values) => values.Order().ElementAt(Rounds / 2);

    // Linux keeps the mark of the most that was resident, and lets it start anew (proc_pid_clear_refs(5)); elsewhere it is that of the whole process.
    private static void ForgetPeak(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText($"/proc/{processId}/clear_refs", "5");
        }
    }

    private static double PeakOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.PeakWorkingSet64 / BytesPerMegabyte;
    }

    // What the last collection of garbage left, and what it has of the system for that.
    private static async Task<(double Heap, double Committed)> ReadHeapAsync(Uri app, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var metrics = (await http.GetStringAsync(new Uri(app, "/api/metrics"), cancellationToken)).Split('\n');
        return (Sum("dotnet_gc_last_collection_heap_size_bytes{"), Sum("dotnet_gc_last_collection_memory_committed_size_bytes{"));

        double Sum(string metric) => metrics.Where(line => line.StartsWith(metric, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)) / BytesPerMegabyte;
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
