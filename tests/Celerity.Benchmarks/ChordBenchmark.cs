using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.Benchmarks;

/// <summary>A chord in one process of the app, against an Azurite of its own.</summary>
internal sealed class ChordBenchmark(int tasks, int rounds)
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);

    public async Task<ChordFigures> RunAsync(CancellationToken cancellationToken)
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        var measured = new List<(double Sent, double Called)>();
        using (var app = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken))
        {
            await app.StartAsync(cancellationToken);
            for (var round = 0; round <= rounds; round++)
            {
                measured.Add(await RunRoundAsync(app, cancellationToken));
            }

            await app.StopAsync(cancellationToken);
        }

        long requests;
        using (var app = await bed.BuildAppAsync(bed.Proxy.ConnectionString, cancellationToken))
        {
            await app.StartAsync(cancellationToken);
            var before = bed.Proxy.Requests;
            _ = await RunRoundAsync(app, cancellationToken);
            requests = bed.Proxy.Requests.Since(before).Total;
            await app.StopAsync(cancellationToken);
        }

        var warm = measured.Skip(1).OrderBy(round => round.Called).ToList();
        return new ChordFigures
        {
            Tasks = tasks,
            Seconds = warm[warm.Count / 2].Called,
            AllSeconds = [.. warm.Select(round => round.Called)],
            ColdSeconds = measured[0].Called,
            SendSeconds = warm[warm.Count / 2].Sent,
            StorageRequests = requests,
        };
    }

    private async Task<(double Sent, double Called)> RunRoundAsync(IHost app, CancellationToken cancellationToken)
    {
        var called = new TaskCompletionSource<IReadOnlyList<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        ChordHandler.Called = called;
        var start = TimeProvider.System.GetTimestamp();
        await app.Services.GetRequiredService<ITaskGroups>().ChordAsync(
            Enumerable.Range(0, tasks).Select(number => new SquareTask(number)), new SumTask(), cancellationToken: cancellationToken);
        var sent = TimeProvider.System.GetElapsedTime(start);
        var results = await called.Task.WaitAsync(HangLimit, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return results.SequenceEqual(Enumerable.Range(0, tasks).Select(number => number * number))
            ? (sent.TotalSeconds, elapsed.TotalSeconds)
            : throw new InvalidOperationException("The callback was given other results than the tasks had.");
    }
}
