using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>run</c>: packed tasks.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks.", 10_000);
        var warmUp = BenchmarkOptions.Number("--warm-up", "How many runs of a tenth of the tasks come first and are not measured: code is still being compiled.", 20);
        var rounds = BenchmarkOptions.Number("--rounds", "How many runs are measured; the median is shown.", 5);
        var command = new Command("run", "Packed tasks of 100 bytes in one process, without and with stored results, from the first start to the last end.")
        {
            tasks, warmUp, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new RunBenchmark(parsed.GetValue(tasks), parsed.GetValue(warmUp), parsed.GetValue(rounds));
            parsed.Write(await benchmark.RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(IReadOnlyList<RunFigures> figures)
    {
        var table = new Table().AddColumns("Level", "Tasks", "Tasks per second", "All rounds", "CPU of the app", "CPU of Azurite", "Storage requests per task");
        foreach (var level in figures)
        {
            table.AddRow(
                level.Level,
                $"{level.Tasks:N0}",
                $"{level.TasksPerSecond:N0}",
                string.Join(' ', level.AllTasksPerSecond.Select(rate => $"{rate:N0}")),
                $"{level.AppCpuSeconds:N2} s",
                $"{level.AzuriteCpuSeconds:N2} s",
                $"{level.StorageRequestsPerTask:N4}");
        }

        AnsiConsole.Write(table);
    }
}
