using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>durable</c>: orchestrations on the local runtime.</summary>
internal static class DurableCommand
{
    public static Command Create()
    {
        var sequences = BenchmarkOptions.Number("--sequences", "How many hello sequences are started together.", 1_000);
        var fanOut = BenchmarkOptions.Number("--fan-out", "How many activities, timers and events one orchestration has.", 1_000);
        var sleepers = BenchmarkOptions.Number("--sleepers", "How many instances sleep while memory is read.", 10_000);
        var rounds = BenchmarkOptions.Number("--rounds", "How many rounds are measured, after as many that warm up.", 5);
        var command = new Command(
            "durable", "Orchestrations on the local runtime with their history on disk: sequences, fan-out, timers, events, memory; and how soon the function app answers.")
        {
            sequences, fanOut, sleepers, rounds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var benchmark = new DurableBenchmark(parsed.GetValue(sequences), parsed.GetValue(fanOut), parsed.GetValue(sleepers), parsed.GetValue(rounds));
            parsed.Write(await benchmark.RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(DurableFigures figures)
    {
        var table = new Table().AddColumns("A second", "Median", "Rounds");
        foreach (var rate in figures.Rates)
        {
            table.AddRow(rate.What, $"{rate.Median:N0}", string.Join(' ', rate.Rounds.Select(round => $"{round:N0}")));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{figures.Sleepers:N0} sleeping instances: {figures.SleepersMegabytes:N1} MB above idle");
        AnsiConsole.WriteLine($"Start to first answer of the function app: {string.Join(' ', figures.StartSeconds.Select(seconds => $"{seconds:N2}"))} s");
    }
}
