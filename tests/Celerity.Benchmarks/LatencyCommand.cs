using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>latency</c>: one task after another.</summary>
internal static class LatencyCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks at each level of tracking, after as many that warm up.", 200);
        var listenerTasks = BenchmarkOptions.Number("--listener-tasks", "How many on Microsoft's listener, which polls.", 40);
        var command = new Command("latency", "One task after another, from the call that sends it to its end, woken by its own send; and Microsoft's own queue listener, which polls.")
        {
            tasks, listenerTasks, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new LatencyBenchmark(parsed.GetValue(tasks), parsed.GetValue(listenerTasks));
            parsed.Write(await benchmark.RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(IReadOnlyList<LatencyFigures> figures)
    {
        var table = new Table().AddColumns("Milliseconds", "Tasks", "p50", "p90", "p99", "Longest");
        foreach (var level in figures)
        {
            table.AddRow(level.What, $"{level.Tasks:N0}", $"{level.P50:N1}", $"{level.P90:N1}", $"{level.P99:N1}", $"{level.Max:N1}");
        }

        AnsiConsole.Write(table);
    }
}
