using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>chunked</c>: the main job.</summary>
internal static class ChunkedCommand
{
    public static Command Create()
    {
        var records = BenchmarkOptions.Number("--records", "How many records, from the first on.", 1_000_000);
        var chunkSize = BenchmarkOptions.Number("--chunk-size", "Records a chunk.", 1000);
        var workers = BenchmarkOptions.Number("--workers", "Processes of the app.", 1);
        var warmUp = BenchmarkOptions.Number("--warm-up", "How many runs come first and are not measured: code is still being compiled.", 10);
        var rounds = BenchmarkOptions.Number("--rounds", "How many runs are measured; the median is shown.", 5);
        var command = new Command("chunked", "The flight-delay pipeline over chunks on a storage queue, from its start over HTTP to its result.")
        {
            records, chunkSize, workers, warmUp, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new ChunkedBenchmark(
                parsed.GetValue(records), parsed.GetValue(chunkSize), parsed.GetValue(workers), parsed.GetValue(warmUp), parsed.GetValue(rounds));
            var figures = await benchmark.RunAsync(cancellationToken);
            parsed.Write(figures, Show);
            return figures.IsRight ? 0 : 1;
        });
        return command;
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
