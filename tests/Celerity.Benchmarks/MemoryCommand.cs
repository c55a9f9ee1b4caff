using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>memory</c>: what the main job takes, and how that grows with the data.</summary>
internal static class MemoryCommand
{
    public static Command Create()
    {
        var command = new Command(
            "memory", "The flight-delay pipeline over 300,000 and over 3,000,000 records, each in a fresh process of the app: what memory it takes, and how that grows.")
        {
            BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await new MemoryBenchmark().RunAsync(cancellationToken);
            parsed.Write(figures, Show);
            return figures is { IsWithinLimits: true, Some.IsRight: true, All.IsRight: true } ? 0 : 1;
        });
        return command;
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
}
