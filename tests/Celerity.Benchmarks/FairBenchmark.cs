using Celerity.Cli.Demo;
using Celerity.Cli.Environments;
using Celerity.Cli.Runs;
using Celerity.LocalRuntime.Emulator;

namespace Celerity.Benchmarks;

/// <summary>Small runs alone, then beside a giant one, in one environment.</summary>
internal sealed class FairBenchmark(int giantRecords, int smallRecords, int rounds)
{
    private const int ChunkSize = 1000;

    // The first runs pay for compiling; and beside the giant is what is behind its first chunks.
    private const int WarmUp = 10;
    private const double GiantShare = 0.1;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public async Task<FairFigures> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", $"{Environment.ProcessId}-fair");
        try
        {
            var environment = await DemoEnvironment.StartAsync(new DemoSettings { Folder = folder }, TimeProvider.System, cancellationToken);
            await using (environment)
            {
                return await MeasureAsync(environment, cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<FairFigures> MeasureAsync(DemoEnvironment environment, CancellationToken cancellationToken)
    {
        var small = await GeneratedFlights.UploadAsync(environment, smallRecords, cancellationToken);
        var giant = await GeneratedFlights.UploadAsync(environment, giantRecords, cancellationToken);
        _ = await RunSmallAsync(environment, small, WarmUp, cancellationToken);
        var alone = await RunSmallAsync(environment, small, rounds, cancellationToken);

        var (done, isUnderWay) = (0.0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new FlightRun(environment, TimeProvider.System, Poll).RunAsync(giant, ChunkSize, Follow, enough.Token);
        await await Task.WhenAny(isUnderWay.Task, running);
        var beside = await RunSmallAsync(environment, small, rounds, cancellationToken);
        var share = running.IsCompleted ? 1 : done;
        await enough.CancelAsync();
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new FairFigures(alone, beside, share);

        void Follow(RunStatus status)
        {
            var progress = status.Progress;
            done = progress.ChunksTotal == 0 ? 0 : (double)progress.ChunksDone / progress.ChunksTotal;
            if (done >= GiantShare)
            {
                isUnderWay.TrySetResult();
            }
        }
    }

    private static async Task<SmallRuns> RunSmallAsync(DemoEnvironment environment, string blob, int count, CancellationToken cancellationToken)
    {
        var runs = new FlightRun(environment, TimeProvider.System, TimeSpan.FromSeconds(10));
        var seconds = new List<double>();
        for (var run = 0; run < count; run++)
        {
            var (status, figures) = await runs.RunAsync(blob, ChunkSize, _ => { }, cancellationToken);
            seconds.Add(status.HasSucceeded ? figures.Seconds : throw new InvalidOperationException($"A small run ended as {status.State}."));
        }

        return new SmallRuns(seconds);
    }
}
