using System.CommandLine;
using Spectre.Console;

namespace Celerity.Benchmarks;

/// <summary><c>limits</c>: a rate limit over several processes.</summary>
internal static class LimitsCommand
{
    public const string ConnectionVariable = "CELERITY_LIMITS_STORAGE";

    public static Command Create()
    {
        var processes = BenchmarkOptions.Number("--processes", "How many processes of the app.", 3);
        var perSecond = BenchmarkOptions.Number("--offered", "How many tasks are sent per second; the limit is 50/s.", 60);
        var seconds = BenchmarkOptions.Number("--seconds", "For how long.", 60);
        var command = new Command("limits", "A limit of 50/s over several processes: the rate it holds, its worst burst, what it costs.")
        {
            processes, perSecond, seconds, BenchmarkOptions.JsonOutput,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            parsed.Write(
                await new LimitsBenchmark(parsed.GetValue(processes), parsed.GetValue(perSecond), parsed.GetValue(seconds)).RunAsync(cancellationToken), Show);
            return 0;
        });
        return command;
    }

    /// <summary>What the benchmark starts its processes by.</summary>
    public static Command CreateWorker()
    {
        var command = new Command("limits-worker", "One process of the limits benchmark.") { Hidden = true };
        command.SetAction((_, cancellationToken) => LimitsWorker.RunAsync(Environment.GetEnvironmentVariable(ConnectionVariable)!, cancellationToken));
        return command;
    }

    private static void Show(LimitsFigures figures)
    {
        var table = new Table().AddColumns("Figure", "Value");
        table.AddRow("Limit", $"50/s, burst {figures.Burst}; {figures.Offered:N0}/s offered to {figures.Processes} processes for {figures.Seconds:N0} s");
        table.AddRow("Rate held", $"{figures.PerSecond:N2}/s ({figures.PerSecond / 50:P1} of the limit)");
        table.AddRow("Worst burst", $"{figures.WorstBurst:N1} of {figures.Burst}");
        table.AddRow("Requests for the limit", $"{figures.RequestsPerTask:N4} a task, one for {1 / figures.RequestsPerTask:N1} tasks");
        table.AddRow("Deferrals", $"{figures.DeferralsPerTask:N4} a task");
        table.AddRow("Started by process", string.Join(", ", figures.StartsByProcess));
        AnsiConsole.Write(table);
    }
}
