using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>listener</c>: one message a task, beside Microsoft's own queue listener.</summary>
internal static class ListenerCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks a run.", 2000);
        var warmUp = BenchmarkOptions.Number("--warm-up", "How many runs of each come first and are not measured.", 2);
        var rounds = BenchmarkOptions.Number("--rounds", "How many runs of each are measured, in turns; the medians are compared.", 5);
        var command = new Command("listener", "One message a task that does nothing: Celerity and Microsoft's own queue listener in turns, with the same batch sizes.")
        {
            tasks, warmUp, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new ListenerBenchmark(parsed.GetValue(tasks), parsed.GetValue(warmUp), parsed.GetValue(rounds));
            parsed.Write(await benchmark.RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(ListenerFigures figures)
    {
        var table = new Table().AddColumns("Of one message a task", "Tasks per second", "All rounds");
        table.AddRow("Microsoft's listener", $"{figures.ListenerPerSecond:N0}", string.Join(' ', figures.AllListenerPerSecond.Select(rate => $"{rate:N0}")));
        table.AddRow("Celerity", $"{figures.CelerityPerSecond:N0}", string.Join(' ', figures.AllCelerityPerSecond.Select(rate => $"{rate:N0}")));
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"Celerity is {figures.Ratio:N2} times as fast.");
    }
}
