using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary>The benchmarks' command line. Figures are of this machine and moment: compare them within one run.</summary>
internal static class BenchmarkCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Task<int> RunAsync(string[] arguments)
    {
        var records = new Option<int>("--records") { Description = "How many records, from the first on.", DefaultValueFactory = _ => 1_000_000 };
        var chunkSize = new Option<int>("--chunk-size") { Description = "Records a chunk.", DefaultValueFactory = _ => 1000 };
        var workers = new Option<int>("--workers") { Description = "Processes of the app.", DefaultValueFactory = _ => 1 };
        var warmUp = new Option<int>("--warm-up") { Description = "How many runs come first and are not measured: code is still being compiled.", DefaultValueFactory = _ => 4 };
        var rounds = new Option<int>("--rounds") { Description = "How many runs are measured; the median is shown.", DefaultValueFactory = _ => 5 };
        var json = new Option<bool>("--json") { Description = "One JSON object on stdout." };
        var chunked = new Command("chunked", "The flight-delay pipeline over chunks on a storage queue, from its start over HTTP to its result.")
        {
            records, chunkSize, workers, warmUp, rounds, json,
        };
        chunked.SetAction((parsed, cancellationToken) => RunChunkedAsync(
            new ChunkedBenchmark(
                parsed.GetValue(records), parsed.GetValue(chunkSize), parsed.GetValue(workers), parsed.GetValue(warmUp), parsed.GetValue(rounds)),
            parsed.GetValue(json),
            cancellationToken));
        var tasks = new Option<int>("--tasks") { Description = "How many tasks.", DefaultValueFactory = _ => 10_000 };
        var run = new Command("run", "Packed tasks of 100 bytes in one process, without and with stored results, from the first start to the last end.")
        {
            tasks, rounds, json,
        };
        run.SetAction((parsed, cancellationToken) => RunTasksAsync(
            new RunBenchmark(parsed.GetValue(tasks), parsed.GetValue(rounds)), parsed.GetValue(json), cancellationToken));
        var send = new Command("send", "Tasks of 100 bytes sent in one call, from the call to its return, at each level of tracking.") { tasks, warmUp, rounds, json };
        send.SetAction((parsed, cancellationToken) => SendTasksAsync(
            new SendBenchmark(parsed.GetValue(tasks), parsed.GetValue(warmUp), parsed.GetValue(rounds)), parsed.GetValue(json), cancellationToken));
        return new RootCommand("Celerity's benchmarks.") { chunked, run, send }.Parse(arguments).InvokeAsync();
    }

    private static async Task<int> RunChunkedAsync(ChunkedBenchmark benchmark, bool json, CancellationToken cancellationToken)
    {
        var figures = await benchmark.RunAsync(cancellationToken);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(figures, Json));
        }
        else
        {
            Show(figures);
        }

        return figures.IsRight ? 0 : 1;
    }

    private static async Task<int> RunTasksAsync(RunBenchmark benchmark, bool json, CancellationToken cancellationToken)
    {
        var figures = await benchmark.RunAsync(cancellationToken);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(figures, Json));
            return 0;
        }

        var table = new Table().AddColumns("Level", "Tasks", "Messages", "Tasks per second", "All rounds", "CPU of the app", "Storage requests per task");
        foreach (var level in figures)
        {
            table.AddRow(
                level.Level,
                $"{level.Tasks:N0}",
                $"{level.Messages:N0}",
                $"{level.TasksPerSecond:N0}",
                string.Join(' ', level.AllTasksPerSecond.Select(rate => $"{rate:N0}")),
                $"{level.AppCpuSeconds:N2} s",
                $"{level.StorageRequestsPerTask:N4}");
        }

        AnsiConsole.Write(table);
        return 0;
    }

    private static async Task<int> SendTasksAsync(SendBenchmark benchmark, bool json, CancellationToken cancellationToken)
    {
        var figures = await benchmark.RunAsync(cancellationToken);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(figures, Json));
            return 0;
        }

        var table = new Table().AddColumns("Level", "Tasks", "Tasks per second", "All rounds", "CPU of the sender", "Storage requests per task");
        foreach (var level in figures)
        {
            table.AddRow(
                level.Level,
                $"{level.Tasks:N0}",
                $"{level.TasksPerSecond:N0}",
                string.Join(' ', level.AllTasksPerSecond.Select(rate => $"{rate:N0}")),
                $"{level.SenderCpuSeconds:N2} s",
                $"{level.StorageRequestsPerTask:N4}");
        }

        AnsiConsole.Write(table);
        return 0;
    }

    private static void Show(ChunkedFigures figures)
    {
        var table = new Table().AddColumns("Figure", "Value");
        table.AddRow("Records", $"{figures.Records:N0} in {figures.Chunks:N0} chunks, {figures.Workers} process(es)");
        table.AddRow("From HTTP start to result", $"{figures.Seconds:N3} s (median of {figures.AllSeconds.Count}; first, cold: {figures.ColdSeconds:N3} s)");
        table.AddRow("Records per second", $"{figures.RecordsPerSecond:N0}");
        table.AddRow("CPU of the app", $"{figures.AppCpuSeconds:N2} s a run");
        table.AddRow("CPU of Azurite", $"{figures.AzuriteCpuSeconds:N2} s a run");
        table.AddRow("Peak memory of one process", $"{figures.PeakMemoryMegabytes:N0} MB");
        table.AddRow("Storage requests per chunk", $"{figures.StorageRequestsPerChunk:N3}");
        foreach (var (kind, count) in figures.StorageRequests)
        {
            table.AddRow($"  {kind}", $"{count:N0}");
        }

        table.AddRow("Aggregate", figures.IsRight ? "right" : "WRONG");
        AnsiConsole.Write(table);
    }
}
