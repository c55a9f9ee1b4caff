using System.Text.Json;
using Azure.Storage.Queues;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Benchmarks;

/// <summary>One message a task, on Microsoft's own queue listener and on Celerity, in turns on one Azurite; all messages lie there when each starts.</summary>
internal sealed class ListenerBenchmark(int tasks, int warmUp, int rounds)
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(5);

    private static readonly string Text = new('x', 89);

    public async Task<ListenerFigures> RunAsync(CancellationToken cancellationToken)
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        var (theirs, ours) = (new List<double>(), new List<double>());
        for (var round = 0; round < warmUp + rounds; round++)
        {
            theirs.Add(tasks / (await RunTheirsAsync(bed, cancellationToken)).TotalSeconds);
            ours.Add(tasks / (await RunOursAsync(bed, cancellationToken)).TotalSeconds);
        }

        var measured = (Theirs: theirs.Skip(warmUp).Order().ToList(), Ours: ours.Skip(warmUp).Order().ToList());
        var median = (Theirs: measured.Theirs[rounds / 2], Ours: measured.Ours[rounds / 2]);
        return new ListenerFigures
        {
            Tasks = tasks,
            ListenerPerSecond = median.Theirs,
            AllListenerPerSecond = measured.Theirs,
            CelerityPerSecond = median.Ours,
            AllCelerityPerSecond = measured.Ours,
            Ratio = median.Ours / median.Theirs,
        };
    }

    private async Task<TimeSpan> RunTheirsAsync(BenchmarkBed bed, CancellationToken cancellationToken)
    {
        await SendAsync(bed, MicrosoftListener.Queue, () => Text, cancellationToken);
        using var listener = new MicrosoftListener(bed.ConnectionString);
        var meter = RunMeter.Current = new RunMeter(tasks);
        await listener.StartAsync(cancellationToken);
        var elapsed = await meter.Done.WaitAsync(HangLimit, cancellationToken);
        await listener.StopAsync(cancellationToken);
        return elapsed;
    }

    private async Task<TimeSpan> RunOursAsync(BenchmarkBed bed, CancellationToken cancellationToken)
    {
        using var app = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken);
        var payload = TaskPayload.Write(new UnstoredTask(Text));
        await SendAsync(bed, StorageNames.DefaultQueue, () => MessageCodec.Encode(Envelope(payload)), cancellationToken);
        var meter = RunMeter.Current = new RunMeter(tasks);
        await app.StartAsync(cancellationToken);
        var elapsed = await meter.Done.WaitAsync(HangLimit, cancellationToken);
        await app.StopAsync(cancellationToken);
        return elapsed;
    }

    private static TaskEnvelope Envelope(JsonElement payload) => new()
    {
        Id = Guid.CreateVersion7().ToString(),
        Task = "bench.none",
        Payload = payload,
        Delivery = Guid.NewGuid().ToString("N"),
        Queue = StorageNames.DefaultQueue,
    };

    private async Task SendAsync(BenchmarkBed bed, string name, Func<string> make, CancellationToken cancellationToken)
    {
        var queue = new QueueClient(bed.ConnectionString, name);
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await Parallel.ForAsync(0, tasks, cancellationToken, async (_, stop) => await queue.SendMessageAsync(make(), stop));
    }
}
