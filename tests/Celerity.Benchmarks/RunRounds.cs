using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.Benchmarks;

/// <summary>Rounds of packed tasks that all lie on the queue and become due at one moment.</summary>
internal static class RunRounds
{
    public static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(5);

    // Longer than sending takes: then all of them become due at one moment.
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(4);

    /// <summary>Runs one round for each count, on storage of its own: Azurite slows down with every row that it holds.</summary>
    /// <param name="make">Makes a task.</param>
    /// <param name="counts">How many tasks each round has.</param>
    /// <param name="full">The count that is given a head start.</param>
    /// <param name="build">Builds the app.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<IReadOnlyList<RunRound>> RunAsync<TTask>(
        Func<TTask> make, IEnumerable<int> counts, int full, Func<BenchmarkBed, Task<IHost>> build, CancellationToken cancellationToken)
        where TTask : notnull
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        using var app = await build(bed);
        await app.StartAsync(cancellationToken);
        var done = new List<RunRound>();
        foreach (var count in counts)
        {
            var meter = RunMeter.Current = new RunMeter(count);
            await app.Services.GetRequiredService<IBackgroundTasks>()
                .EnqueueManyAsync(Enumerable.Range(0, count).Select(_ => make()), new EnqueueOptions { Delay = count == full ? Head : TimeSpan.Zero }, cancellationToken);
            await meter.Started.WaitAsync(HangLimit, cancellationToken);
            var (cpu, azuriteCpu) = (Environment.CpuUsage.TotalTime, bed.AzuriteCpuTime);
            var elapsed = await meter.Done.WaitAsync(HangLimit, cancellationToken);
            done.Add(new RunRound(elapsed, Environment.CpuUsage.TotalTime - cpu, bed.AzuriteCpuTime - azuriteCpu));
        }

        await app.StopAsync(cancellationToken);
        return done;
    }
}
