using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Benchmarks;

/// <summary>Runs packed tasks in one process of the app: all lie on the queue and become due at one moment.</summary>
internal sealed class RunBenchmark(int tasks, int warmUp, int rounds)
{
    private static readonly string Text = new('x', 89);

    public async Task<IReadOnlyList<RunFigures>> RunAsync(CancellationToken cancellationToken)
    {
        return
        [
            await MeasureAsync("None", () => new UnstoredTask(Text), cancellationToken),
            await MeasureAsync("Result", () => new StoredTask(Text), cancellationToken),
            await MeasureAsync("Full", () => new TrackedTask(Text), cancellationToken),
        ];
    }

    private async Task<RunFigures> MeasureAsync<TTask>(string level, Func<TTask> make, CancellationToken cancellationToken)
        where TTask : notnull
    {
        var few = Math.Max(1, tasks / 10);
        _ = await RunRoundsAsync(make, Enumerable.Repeat(few, warmUp), cancellationToken);
        var measured = new List<RunRound>();
        for (var round = 0; round < rounds; round++)
        {
            // Azurite compiles its code too.
            measured.Add((await RunRoundsAsync(make, [few, few, tasks], cancellationToken))[^1]);
        }

        var requests = await CountAsync(make, cancellationToken);
        var ordered = measured.OrderBy(round => round.Elapsed).ToList();
        var median = ordered[ordered.Count / 2];
        return new RunFigures
        {
            Level = level,
            Tasks = tasks,
            TasksPerSecond = tasks / median.Elapsed.TotalSeconds,
            AllTasksPerSecond = [.. ordered.Select(round => tasks / round.Elapsed.TotalSeconds)],
            AppCpuSeconds = median.AppCpu.TotalSeconds,
            AzuriteCpuSeconds = median.AzuriteCpu.TotalSeconds,
            StorageRequestsPerTask = (double)requests / tasks,
        };
    }

    private Task<IReadOnlyList<RunRound>> RunRoundsAsync<TTask>(Func<TTask> make, IEnumerable<int> counts, CancellationToken cancellationToken)
        where TTask : notnull =>
        RunRounds.RunAsync(make, counts, tasks, bed => bed.BuildAppAsync(bed.ConnectionString, cancellationToken), cancellationToken);

    // What was sent is not counted: it lies there when the app starts.
    private async Task<long> CountAsync<TTask>(Func<TTask> make, CancellationToken cancellationToken)
        where TTask : notnull
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        using (var sender = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken))
        {
            await sender.Services.GetRequiredService<IBackgroundTasks>()
                .EnqueueManyAsync(Enumerable.Range(0, tasks).Select(_ => make()), options: null, cancellationToken);
        }

        using var app = await bed.BuildAppAsync(bed.Proxy.ConnectionString, cancellationToken);
        var meter = RunMeter.Current = new RunMeter(tasks);
        var before = bed.Proxy.Requests;
        await app.StartAsync(cancellationToken);
        await meter.Done.WaitAsync(RunRounds.HangLimit, cancellationToken);
        await app.StopAsync(cancellationToken);
        return bed.Proxy.Requests.Since(before).Total;
    }
}
