using Azure.Storage.Queues;
using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.Benchmarks;

/// <summary>Sends many tasks of 100 bytes in one call, against an Azurite of its own; nobody receives them.</summary>
internal sealed class SendBenchmark(int tasks, int warmUp, int rounds)
{
    private static readonly string Text = new('x', 89);

    public async Task<IReadOnlyList<SendFigures>> RunAsync(CancellationToken cancellationToken)
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        using var direct = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken);
        using var metered = await bed.BuildAppAsync(bed.Proxy.ConnectionString, cancellationToken);
        return
        [
            await MeasureAsync("None", bed, direct, metered, () => new UnstoredTask(Text), cancellationToken),
            await MeasureAsync("Result", bed, direct, metered, () => new StoredTask(Text), cancellationToken),
            await MeasureAsync("Full", bed, direct, metered, () => new TrackedTask(Text), cancellationToken),
        ];
    }

    private async Task<SendFigures> MeasureAsync<TTask>(
        string level, BenchmarkBed bed, IHost direct, IHost metered, Func<TTask> make, CancellationToken cancellationToken)
        where TTask : notnull
    {
        var measured = new List<(double Rate, TimeSpan Cpu)>();
        for (var round = 0; round < warmUp + rounds; round++)
        {
            var (start, cpu) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await SendAsync(direct);
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            if (round >= warmUp)
            {
                measured.Add((tasks / elapsed.TotalSeconds, Environment.CpuUsage.TotalTime - cpu));
            }

            // Azurite slows down with every message that it holds.
            await new QueueClient(bed.ConnectionString, StorageNames.DefaultQueue).ClearMessagesAsync(cancellationToken);
        }

        var before = bed.Proxy.Requests;
        await SendAsync(metered);
        var ordered = measured.OrderBy(found => found.Rate).ToList();
        var median = ordered[ordered.Count / 2];
        return new SendFigures
        {
            Level = level,
            Tasks = tasks,
            TasksPerSecond = median.Rate,
            AllTasksPerSecond = [.. ordered.Select(found => found.Rate)],
            SenderCpuSeconds = median.Cpu.TotalSeconds,
            StorageRequestsPerTask = (double)bed.Proxy.Requests.Since(before).Total / tasks,
        };

        Task SendAsync(IHost sender) => sender.Services.GetRequiredService<IBackgroundTasks>()
            .EnqueueManyAsync(Enumerable.Range(0, tasks).Select(_ => make()), options: null, cancellationToken);
    }
}
