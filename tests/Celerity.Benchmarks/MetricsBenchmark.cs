using Celerity.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Benchmarks;

/// <summary>Runs packed tasks with all that is measured, and without any of it, in turn: what differs is what measuring costs.</summary>
internal sealed class MetricsBenchmark(int tasks, int warmUp, int rounds)
{
    private static readonly string Text = new('x', 89);

    private static readonly Dictionary<string, string?> Off = new() { ["Celerity:Metrics:Prometheus"] = "false", ["Celerity:History:Enabled"] = "false" };

    public async Task<MetricsFigures> RunAsync(CancellationToken cancellationToken)
    {
        var few = Math.Max(1, tasks / 10);
        foreach (var isOn in new[] { true, false })
        {
            _ = await RunAsync(isOn, Enumerable.Repeat(few, warmUp), cancellationToken);
        }

        var (on, off) = (new List<RunRound>(), new List<RunRound>());
        for (var round = 0; round < rounds; round++)
        {
            // Each is first as often as it is second.
            foreach (var isOn in new[] { round % 2 == 0, round % 2 == 1 })
            {
                (isOn ? on : off).Add((await RunAsync(isOn, [few, few, tasks], cancellationToken))[^1]);
            }
        }

        return new MetricsFigures
        {
            Tasks = tasks,
            TasksPerSecondOn = [.. on.Select(round => tasks / round.Elapsed.TotalSeconds)],
            TasksPerSecondOff = [.. off.Select(round => tasks / round.Elapsed.TotalSeconds)],
            CpuSecondsOn = [.. on.Select(round => round.AppCpu.TotalSeconds)],
            CpuSecondsOff = [.. off.Select(round => round.AppCpu.TotalSeconds)],
        };
    }

    private Task<IReadOnlyList<RunRound>> RunAsync(bool isOn, IEnumerable<int> counts, CancellationToken cancellationToken) => RunRounds.RunAsync(
        () => new StoredTask(Text),
        counts,
        tasks,
        bed => isOn ? bed.BuildAppAsync(bed.ConnectionString, cancellationToken) : bed.BuildAppAsync(Off, RemoveMetrics, cancellationToken),
        cancellationToken);

    // Instruments that nobody listens to stay, as in any library.
    private static void RemoveMetrics(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ServiceType == typeof(ITaskObserver) && service.ImplementationType == typeof(TaskMetrics)));
}
