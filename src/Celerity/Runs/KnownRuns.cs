using System.Collections.Concurrent;

namespace Celerity.Runs;

/// <summary>
/// The rows of runs as this process has lately read or written them: as good as a read at that instant, which saves a read right after a write. A change that
/// begins with one of them holds by its ETag, or reads.
/// </summary>
internal sealed class KnownRuns(TimeProvider time)
{
    // Each holds its request, of up to 32,000 characters.
    private const int MaxKept = 200;

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, RunRecord Run)> _kept = new(StringComparer.Ordinal);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Keeps a row.</summary>
    /// <param name="run">The row.</param>
    /// <param name="at">When it was asked for, or begun to be written.</param>
    public void Keep(RunRecord run, DateTimeOffset at)
    {
        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        _kept.AddOrUpdate(run.Id, (at, run), (_, kept) => kept.At > at ? kept : (at, run));
    }

    /// <summary>Finds the row of a run as it was no longer ago than <paramref name="age"/>, and when that was.</summary>
    public (DateTimeOffset At, RunRecord Run)? Find(string id, TimeSpan age) =>
        _kept.TryGetValue(id, out var kept) && Now - kept.At is var passed && passed >= TimeSpan.Zero && passed < age ? kept : null;
}
