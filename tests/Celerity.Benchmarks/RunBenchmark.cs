using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Benchmarks;

/// <summary>Runs packed tasks in one process of the app: all lie on the queue when it starts.</summary>
internal sealed class RunBenchmark(int tasks, int warmUp, int rounds)
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(5);

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
        // Of its own: Azurite slows down with every row that it holds.
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        for (var round = 0; round < warmUp; round++)
        {
            _ = await RunRoundAsync(bed, bed.ConnectionString, make, Math.Max(1, tasks / 10), cancellationToken);
        }

        var measured = new List<Round>();
        for (var round = 0; round < rounds; round++)
        {
            measured.Add(await RunRoundAsync(bed, bed.ConnectionString, make, tasks, cancellationToken));
        }

        var before = bed.Proxy.Requests;
        _ = await RunRoundAsync(bed, bed.Proxy.ConnectionString, make, tasks, cancellationToken);
        var requests = bed.Proxy.Requests.Since(before).Total;

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

    private static async Task<Round> RunRoundAsync<TTask>(
        BenchmarkBed bed, string connectionString, Func<TTask> make, int count, CancellationToken cancellationToken)
        where TTask : notnull
    {
        using var app = await bed.BuildAppAsync(connectionString, cancellationToken);
        using (var sender = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken))
        {
            await sender.Services.GetRequiredService<IBackgroundTasks>()
                .EnqueueManyAsync(Enumerable.Range(0, count).Select(_ => make()), options: null, cancellationToken);
        }

        var meter = RunMeter.Current = new RunMeter(count);
        await app.StartAsync(cancellationToken);
        await meter.Started.WaitAsync(HangLimit, cancellationToken);
        var (cpu, azuriteCpu) = (Environment.CpuUsage.TotalTime, bed.AzuriteCpuTime);
        var elapsed = await meter.Done.WaitAsync(HangLimit, cancellationToken);
        var round = new Round(elapsed, Environment.CpuUsage.TotalTime - cpu, bed.AzuriteCpuTime - azuriteCpu);
        await app.StopAsync(cancellationToken);
        return round;
    }

    private readonly record struct Round(TimeSpan Elapsed, TimeSpan AppCpu, TimeSpan AzuriteCpu);
}
