using Celerity.Workers;

namespace Celerity.Live;

/// <summary>Sums up what the app's processes do: this one as it is now, others by their rows, at most some 10 seconds old. One request a look.</summary>
internal sealed class LiveLoads(IWorkers workers, WorkerIdentity self, WorkerLoad load, TimeProvider time)
{
    // What was seen before that tells nothing of lately.
    private static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(1);

    private Dictionary<string, Seen> _seen = [];

    /// <summary>Looks; one look at a time.</summary>
    public async Task<LiveLoad> LookAsync()
    {
        var now = time.GetUtcNow();
        var rows = (await workers.ListAsync().ConfigureAwait(false)).Where(worker => worker.State is not (WorkerState.Stopped or WorkerState.Lost) && worker.Id != self.Id).ToList();
        var seen = new Dictionary<string, Seen> { [self.Id] = Next(self.Id, now, load.Run) };
        foreach (var worker in rows)
        {
            seen[worker.Id] = Next(worker.Id, worker.SeenAt, worker.TasksRun);
        }

        _seen = seen;
        return new LiveLoad(
            load.RunningCount + rows.Sum(worker => worker.Running.Count + worker.RunningLeftOut), rows.Count + 1, Math.Round(seen.Values.Sum(worker => worker.Rate), 2));
    }

    private Seen Next(string worker, DateTimeOffset at, long count)
    {
        if (!_seen.TryGetValue(worker, out var before) || at - before.At > LongestGap || at < before.At)
        {
            return new Seen(at, count, 0);
        }

        return at == before.At ? before : new Seen(at, count, Math.Max(0, count - before.Count) / (at - before.At).TotalSeconds);
    }

    private readonly record struct Seen(DateTimeOffset At, long Count, double Rate);
}
