using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>scale</c>: how a run's cost grows with its records.</summary>
internal static class ScaleCommand
{
    private const int TableWidth = 160;

    public static Command Create()
    {
        var sizes = new Option<int[]>("--records")
        {
            Description = "How many records, each size five times in a process of the app of its own that has been warmed up; from the smallest to the largest.",
            DefaultValueFactory = _ => [10_000, 100_000, 1_000_000, 10_000_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "scale", "The flight-delay pipeline over generated records, 1,000 a chunk: time, requests to the storage, the longest history of an orchestration, memory, and whether they grow as promised.")
        {
            sizes, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await new ScaleBenchmark(parsed.GetRequiredValue(sizes)).RunAsync(cancellationToken);
            parsed.Write(figures, Show);
            return figures.IsWithinLimits ? 0 : 1;
        });
        return command;
    }

    private static void Show(SizeFigures figures)
    {
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, TableWidth);
        var table = new Table().AddColumns("Records", "Chunks", "Time", "Records/s", "Requests", "a chunk", "a chunk more", "Polls", "Events", "Warming up", "Memory", "Heap", "Committed", "Sums");
        foreach (var size in figures.Sizes)
        {
            table.AddRow(
                $"{size.Records:N0}",
                $"{size.Chunks:N0}",
                $"{size.Seconds:N2} s",
                $"{size.Records / size.Seconds:N0}",
                $"{size.Requests:N0}",
                $"{size.RequestsPerChunk:N3}",
                $"{figures.MarginalOf(size):N3}",
                $"{size.Polls:N0}",
                $"{size.HistoryEvents}",
                $"{size.WarmUpMegabytes:N0} MB",
                $"{size.PeakMegabytes:N0} MB",
                $"{size.HeapMegabytes:N0} MB",
                $"{size.CommittedMegabytes:N0} MB",
                size.IsRight ? "right" : "WRONG");
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"Requests of every run, however few its chunks: {figures.Fixed:N0}");
        foreach (var (what, isKept) in figures.Verdicts)
        {
            AnsiConsole.WriteLine($"{what}: {(isKept ? "kept" : "NOT KEPT")}");
        }
    }
}
