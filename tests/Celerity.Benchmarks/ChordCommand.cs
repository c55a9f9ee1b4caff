using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>chord</c>: tasks and a callback over their results.</summary>
internal static class ChordCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks the chord has.", 1000);
        var rounds = BenchmarkOptions.Number("--rounds", "How many chords are measured, after one that warms up; the median is shown.", 7);
        var command = new Command("chord", "A chord in one process: from its send to the run of the callback over all results.")
        {
            tasks, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            parsed.Write(await new ChordBenchmark(parsed.GetValue(tasks), parsed.GetValue(rounds)).RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(ChordFigures figures)
    {
        var table = new Table().AddColumns("Figure", "Value");
        table.AddRow("Chord", $"{figures.Tasks:N0} tasks and a callback over their results, one process, woken by its own sends");
        table.AddRow("From send to callback", $"{figures.Seconds:N3} s (median of {figures.AllSeconds.Count}; first, cold: {figures.ColdSeconds:N3} s)");
        table.AddRow("Until the send returned", $"{figures.SendSeconds:N3} s");
        table.AddRow("Storage requests a chord", $"{figures.StorageRequests:N0}");
        AnsiConsole.Write(table);
    }
}
