using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>letters</c>: what it costs to keep and to work with many dead letters.</summary>
internal static class LettersCommand
{
    public static Command Create()
    {
        var letters = BenchmarkOptions.Number("--letters", "How many letters, in 100 groups.", 100_000);
        var command = new Command("letters", "Many dead letters: keeping them, pages of groups and of letters, filters, a replay of 1,000, a purge of a tenth. Requests and memory.")
        {
            letters, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            parsed.Write(await new LettersBenchmark(parsed.GetValue(letters)).RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    private static void Show(LettersFigures figures)
    {
        var table = new Table().AddColumns("Step", "Letters", "Time", "Storage requests", "Each", "Memory");
        foreach (var step in figures.Steps)
        {
            table.AddRow(
                step.Name,
                $"{step.Count:N0}",
                $"{step.Seconds:N3} s",
                $"{step.Requests:N0}",
                step.Count > 0 ? $"{(double)step.Requests / step.Count:N3}" : "",
                $"{step.Megabytes:N1} MB");
        }

        AnsiConsole.Write(table);
    }
}
