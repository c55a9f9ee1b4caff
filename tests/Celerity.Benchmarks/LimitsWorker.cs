using Celerity.Storage;
using Celerity.TestKit.Faults;

namespace Celerity.Benchmarks;

/// <summary>One process of the limits benchmark: an app that runs until its input ends, then tells what it did.</summary>
internal static class LimitsWorker
{
    public const string Ready = "ready";

    public static async Task RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        var calls = new FaultPlan();
        using var app = await BenchmarkBed.BuildAppAsync(
            connectionString,
            Path.Combine(Path.GetTempPath(), $"celerity-limits-{Environment.ProcessId}"),
            services => services.AddCelerityFaults(calls),
            cancellationToken);
        await app.StartAsync(cancellationToken);
        Console.WriteLine(Ready);
        _ = await Console.In.ReadToEndAsync(cancellationToken);
        await app.StopAsync(cancellationToken);
        Console.WriteLine(CelerityJson.Write(new LimitsReport(
            [.. LimitedHandler.Starts],
            calls.Calls.Count(call => call.Name.EndsWith(StorageNames.LimitsTable, StringComparison.Ordinal)),
            calls.Calls.Count(call => call.Name.StartsWith("queue.Send", StringComparison.Ordinal)))));
    }
}

/// <summary>What a process of the limits benchmark tells.</summary>
/// <param name="Starts">When tasks started.</param>
/// <param name="LimitRequests">How many requests the limit cost it.</param>
/// <param name="Sends">How many messages it sent: deferrals, for the tasks send none.</param>
internal sealed record LimitsReport(IReadOnlyList<DateTimeOffset> Starts, int LimitRequests, int Sends);
