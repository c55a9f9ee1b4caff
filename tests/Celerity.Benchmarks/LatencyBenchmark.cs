using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Benchmarks;

/// <summary>One task after another: from the call that sends it to its end. Celerity is woken by its own sends; Microsoft's listener polls.</summary>
internal sealed class LatencyBenchmark(int tasks, int listenerTasks)
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(1);

    private static readonly string Text = new('x', 89);

    public async Task<IReadOnlyList<LatencyFigures>> RunAsync(CancellationToken cancellationToken)
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        using var app = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken);
        await app.StartAsync(cancellationToken);
        var sender = app.Services.GetRequiredService<IBackgroundTasks>();
        var figures = new List<LatencyFigures>
        {
            await MeasureAsync("Celerity, None", tasks, stop => sender.EnqueueAsync(new UnstoredTask(Text), cancellationToken: stop), cancellationToken),
            await MeasureAsync("Celerity, Result", tasks, stop => sender.EnqueueAsync(new StoredTask(Text), cancellationToken: stop), cancellationToken),
            await MeasureAsync("Celerity, Full", tasks, stop => sender.EnqueueAsync(new TrackedTask(Text), cancellationToken: stop), cancellationToken),
        };
        await app.StopAsync(cancellationToken);

        var queue = new QueueClient(bed.ConnectionString, MicrosoftListener.Queue);
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        using var listener = new MicrosoftListener(bed.ConnectionString);
        await listener.StartAsync(cancellationToken);
        figures.Add(await MeasureAsync("Microsoft's listener", listenerTasks, stop => queue.SendMessageAsync(Text, stop), cancellationToken));
        await listener.StopAsync(cancellationToken);
        return figures;
    }

    private static async Task<LatencyFigures> MeasureAsync(string what, int tasks, Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var measured = new List<double>(tasks);
        for (var task = -tasks; task < tasks; task++)
        {
            var meter = RunMeter.Current = new RunMeter(1);
            var start = TimeProvider.System.GetTimestamp();
            await send(cancellationToken);
            await meter.Done.WaitAsync(HangLimit, cancellationToken);
            if (task >= 0)
            {
                measured.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        measured.Sort();
        return new LatencyFigures(what, tasks, At(0.5), At(0.9), At(0.99), measured[^1]);

        double At(double share) => measured[(int)(share * (measured.Count - 1))];
    }
}
