using System.CommandLine;
using System.Diagnostics;
using Celerity.Functions.Tests.Pipelines.Scale;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>million</c>: what so many chunks take of history and memory.</summary>
internal static class MillionCommand
{
    public static Command Create()
    {
        var chunks = BenchmarkOptions.Number("--chunks", "How many chunks, each of one record without payload.", 1_000_000);
        var command = new Command(
            "million", "A run of a million chunks over storage in memory, on a virtual clock: the longest history of each orchestration, the peak of this process, calls to the storage.")
        {
            chunks, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async parsed =>
        {
            var started = Stopwatch.GetTimestamp();
            var simulated = await new ScaleSimulation(parsed.GetValue(chunks), new Dictionary<string, string?>()).RunAsync();
            using var process = Process.GetCurrentProcess();
            var figures = new MillionFigures(simulated, process.PeakWorkingSet64 / (1024.0 * 1024), Stopwatch.GetElapsedTime(started).TotalSeconds);
            parsed.Write(figures, Show);
            return figures.IsWithinLimits ? 0 : 1;
        });
        return command;
    }

    private static void Show(MillionFigures figures)
    {
        var run = figures.Run;
        var table = new Table().AddColumns("Figure", "Value");
        table.AddRow("Chunks", $"{run.Chunks:N0}, counted {run.Result:N0}");
        foreach (var (instance, events) in run.HistoryEvents)
        {
            table.AddRow($"History of {instance[(instance.IndexOf('.') + 1)..]}", $"{events} events at most (limit {MillionFigures.EventsLimit})");
        }

        table.AddRow("Peak memory, the storage included", $"{figures.PeakMegabytes:N0} MB (limit {MillionFigures.MegabytesLimit:N0})");
        table.AddRow("Calls to the storage", $"{run.CallsPerChunk:N4} a chunk");
        table.AddRow("Ledger rows read", $"{(double)run.PageRows / run.Chunks:N3} a chunk, and {(double)run.RootRows / run.Chunks:N3} of the root");
        table.AddRow("Time", $"{figures.Seconds:N1} s for {run.VirtualTime:g} of the virtual clock");
        table.AddRow("Within the limits", figures.IsWithinLimits ? "yes" : "NO");
        AnsiConsole.Write(table);
    }
}
