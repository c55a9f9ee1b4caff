using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>send</c>: many tasks in one call.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        var tasks = BenchmarkOptions.Number("--tasks", "How many tasks.", 10_000);
        var warmUp = BenchmarkOptions.Number("--warm-up", "How many runs come first and are not measured: code is still being compiled.", 4);
        var rounds = BenchmarkOptions.Number("--rounds", "How many runs are measured; the median is shown.", 5);
        var command = new Command("send", "Tasks of 100 bytes sent in one call, from the call to its return, at each level of tracking.")
        {
            tasks, warmUp, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new SendBenchmark(parsed.GetValue(tasks), parsed.GetValue(warmUp), parsed.GetValue(rounds));
            parsed.Write(await benchmark.RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(IReadOnlyList<SendFigures> figures)
    {
        var table = new Table().AddColumns("Level", "Tasks", "Tasks per second", "All rounds", "CPU of the sender", "Storage requests per task");
        foreach (var level in figures)
        {
            table.AddRow(
                level.Level,
                $"{level.Tasks:N0}",
                $"{level.TasksPerSecond:N0}",
                string.Join(' ', level.AllTasksPerSecond.Select(rate => $"{rate:N0}")),
                $"{level.SenderCpuSeconds:N2} s",
                $"{level.StorageRequestsPerTask:N4}");
        }

        AnsiConsole.Write(table);
    }
}
