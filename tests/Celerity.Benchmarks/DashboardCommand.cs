using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>dashboard</c>: the page over a full store, and for a long time.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks are in store.", 100_000);
        var rounds = BenchmarkOptions.Number("--rounds", "How often each view is opened; medians are shown.", 3);
        var minutes = BenchmarkOptions.Number("--minutes", "For how long the overview stays open while tasks run.", 10);
        var command = new Command("dashboard", "Each view of the dashboard in Chromium with many tasks in store, and the browser's memory over minutes of live updates.")
        {
            tasks, rounds, minutes, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var figures = await new DashboardBenchmark(parsed.GetValue(tasks), parsed.GetValue(rounds), parsed.GetValue(minutes)).RunAsync(cancellationToken);
            parsed.Write(figures, Show);
            return figures is { IsFast: true, IsFlat: true } ? 0 : 1;
        });
        return command;
    }

    private static void Show(DashboardFigures figures)
    {
        var table = new Table().AddColumns("View", "First paint", "All data");
        foreach (var view in figures.Views)
        {
            table.AddRow(view.Name, $"{view.PaintSeconds:N3} s", $"{view.DataSeconds:N3} s");
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{figures.Tasks:N0} tasks in store; first paint within {DashboardFigures.SecondsLimit:N0} s: {(figures.IsFast ? "kept" : "EXCEEDED")}");
        AnsiConsole.WriteLine(
            $"Script memory: {string.Join(", ", figures.Memory.Megabytes.Select(megabytes => $"{megabytes:N1}"))} MB, {figures.Memory.Growth:N2} times in the end (limit {DashboardFigures.GrowthLimit:N1}): {(figures.IsFlat ? "kept" : "EXCEEDED")}");
    }
}
