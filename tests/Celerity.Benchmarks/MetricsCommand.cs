using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>metrics</c>: what measuring costs.</summary>
internal static class MetricsCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks.", 10_000);
        var warmUp = BenchmarkOptions.Number("--warm-up", "How many runs of a tenth of the tasks come first, of each kind, and are not measured: code is still being compiled.", 10);
        var rounds = BenchmarkOptions.Number("--rounds", "How many pairs of runs are measured.", 5);
        var command = new Command("metrics", "Packed tasks with results, with metrics for Prometheus, storage metrics and the history, against the same without any of it, in turn.")
        {
            tasks, warmUp, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new MetricsBenchmark(parsed.GetValue(tasks), parsed.GetValue(warmUp), parsed.GetValue(rounds));
            parsed.Write(await benchmark.RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(MetricsFigures figures)
    {
        var table = new Table().AddColumns("Measuring", "Tasks per second, by round", "CPU of the app, by round");
        table.AddRow("on", List(figures.TasksPerSecondOn, "N0"), List(figures.CpuSecondsOn, "N2"));
        table.AddRow("off", List(figures.TasksPerSecondOff, "N0"), List(figures.CpuSecondsOff, "N2"));
        table.AddRow("on to off, median of the pairs", $"{figures.Ratio:N3}", $"{figures.CpuRatio:N3}");
        AnsiConsole.Write(table);
    }

    private static string List(IEnumerable<double> figures, string format) =>
        string.Join(' ', figures.Select(figure => figure.ToString(format, CultureInfo.InvariantCulture)));
}
