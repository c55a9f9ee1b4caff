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
        var memory = new Command("memory", "The same over 300,000 and over 3,000,000 records, each in a fresh process of the app: what memory it takes, and how that grows.")
        {
            json,
        };
        memory.SetAction((parsed, cancellationToken) => RunMemoryAsync(parsed.GetValue(json), cancellationToken));
        return new RootCommand("Celerity's benchmarks.") { chunked, memory }.Parse(arguments).InvokeAsync();
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

    private static async Task<int> RunMemoryAsync(bool json, CancellationToken cancellationToken)
    {
        var figures = await new MemoryBenchmark().RunAsync(cancellationToken);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(figures, Json));
        }
        else
        {
            Show(figures);
        }

        return figures is { IsWithinLimits: true, Some.IsRight: true, All.IsRight: true } ? 0 : 1;
    }

    private static void Show(MemoryFigures figures)
    {
        var table = new Table().AddColumns("Records", "Peak memory", "Time", "Aggregate");
        foreach (var run in new[] { figures.Some, figures.All })
        {
            table.AddRow(
                $"{run.Records:N0}", $"{run.PeakMemoryMegabytes:N1} MB", $"{run.Seconds:N3} s", run.IsRight ? "right" : "WRONG");
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            $"Ratio {figures.Ratio:N3} (limit {MemoryFigures.RatioLimit:N1}); limit {MemoryFigures.MegabytesLimit:N0} MB: {(figures.IsWithinLimits ? "kept" : "EXCEEDED")}");
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
