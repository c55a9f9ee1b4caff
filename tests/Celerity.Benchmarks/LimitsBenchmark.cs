using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Benchmarks;

/// <summary>More tasks than a limit lets start, on several processes of the app.</summary>
internal sealed class LimitsBenchmark(int processes, int perSecond, int seconds)
{
    private const double Limit = 50;
    private const int Burst = 50;

    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(100);

    public async Task<LimitsFigures> RunAsync(CancellationToken cancellationToken)
    {
        await using var bed = await BenchmarkBed.StartAsync(cancellationToken);
        using var sender = await bed.BuildAppAsync(bed.ConnectionString, cancellationToken);
        var workers = new List<Process>();
        try
        {
            for (var at = 0; at < processes; at++)
            {
                workers.Add(Start(bed.ConnectionString));
            }

            foreach (var worker in workers)
            {
                await ReadUntilAsync(worker, line => line == LimitsWorker.Ready, cancellationToken);
            }

            await SendAsync(sender.Services.GetRequiredService<IBackgroundTasks>(), cancellationToken);
            var reports = new List<LimitsReport>();
            foreach (var worker in workers)
            {
                worker.StandardInput.Close();
                reports.Add(CelerityJson.Read<LimitsReport>(await ReadUntilAsync(worker, line => line.StartsWith('{'), cancellationToken)));
            }

            return Figures(reports);
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Kill();
                worker.Dispose();
            }
        }
    }

    private static Process Start(string connectionString)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(LimitsBenchmark).Assembly.Location, "limits-worker"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { [LimitsCommand.ConnectionVariable] = connectionString },
        };
        return Process.Start(start)!;
    }

    private static async Task<string> ReadUntilAsync(Process worker, Predicate<string> isIt, CancellationToken cancellationToken)
    {
        while (await worker.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(HangLimit, cancellationToken) is { } line)
        {
            if (isIt(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException("A worker has ended before its time.");
    }

    // By the clock: what was late is sent with the next.
    private async Task SendAsync(IBackgroundTasks tasks, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        var sent = 0;
        while (sent < perSecond * seconds)
        {
            var due = (int)Math.Min(perSecond * seconds, TimeProvider.System.GetElapsedTime(start).TotalSeconds * perSecond);
            await Task.WhenAll(Enumerable.Range(sent, Math.Max(0, due - sent)).Select(number => tasks.EnqueueAsync(new LimitedTask(number), cancellationToken: cancellationToken)));
            sent = Math.Max(sent, due);
            await Task.Delay(SendEvery, TimeProvider.System, cancellationToken);
        }
    }

    private LimitsFigures Figures(IReadOnlyList<LimitsReport> reports)
    {
        var starts = reports.SelectMany(report => report.Starts).Order().ToList();
        var first = starts[0];
        var measured = Math.Min(seconds, (starts[^1] - first).TotalSeconds);
        return new LimitsFigures
        {
            Processes = processes,
            Offered = perSecond,
            Seconds = measured,
            PerSecond = starts.Count(at => (at - first).TotalSeconds < measured) / measured,
            WorstBurst = WorstBurst([.. starts.Select(at => (at - first).TotalSeconds)]),
            Burst = Burst,
            RequestsPerTask = (double)reports.Sum(report => report.LimitRequests) / starts.Count,
            DeferralsPerTask = (double)reports.Sum(report => report.Sends) / starts.Count,
            StartsByProcess = [.. reports.Select(report => report.Starts.Count)],
        };
    }

    private static double WorstBurst(IReadOnlyList<double> starts)
    {
        var (worst, lowest) = (0.0, double.MaxValue);
        foreach (var (count, at) in starts.Index())
        {
            lowest = Math.Min(lowest, count - (Limit * at));
            worst = Math.Max(worst, count + 1 - (Limit * at) - lowest);
        }

        return worst;
    }
}
