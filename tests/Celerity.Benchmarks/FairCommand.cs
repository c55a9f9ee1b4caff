using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>fair</c>: a small run beside a giant one.</summary>
internal static class FairCommand
{
    public static Command Create()
    {
        var giant = BenchmarkOptions.Number("--giant", "How many records the giant run has.", 10_000_000);
        var small = BenchmarkOptions.Number("--small", "How many records the small run has.", 100_000);
        var rounds = BenchmarkOptions.Number("--rounds", "How many small runs are measured, alone and beside the giant; medians are compared.", 5);
        var command = new Command("fair", "A small run of the flight-delay pipeline alone, and while a giant one has its window full, in one process of the app.")
        {
            giant, small, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await new FairBenchmark(parsed.GetValue(giant), parsed.GetValue(small), parsed.GetValue(rounds)).RunAsync(cancellationToken);
            parsed.Write(figures, Show);
            return figures.IsFair ? 0 : 1;
        });
        return command;
    }

    private static void Show(FairFigures figures)
    {
        var table = new Table().AddColumns("Small run", "Median", "All");
        table.AddRow("alone", $"{figures.Alone.Median:N3} s", string.Join(", ", figures.Alone.Seconds.Select(seconds => $"{seconds:N3}")));
        table.AddRow("beside the giant", $"{figures.Beside.Median:N3} s", string.Join(", ", figures.Beside.Seconds.Select(seconds => $"{seconds:N3}")));
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"Ratio {figures.Ratio:N2} (limit {FairFigures.RatioLimit:N1}): {(figures.IsFair ? "kept" : "EXCEEDED")}; the giant had ended {figures.GiantDone:P0} by then");
    }
}
