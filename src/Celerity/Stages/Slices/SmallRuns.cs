namespace Celerity.Stages.Slices;

/// <summary>Whether a run without bulk is at work in this process: its many short steps want a core between the chunks of giants.</summary>
internal sealed class SmallRuns(TimeProvider time)
{
    // Longer than a small run's pauses between its steps, and too short for a giant to miss the core.
    private static readonly TimeSpan Presence = TimeSpan.FromMilliseconds(500);

    // Slices of a giant come all the time, unless it is held.
    private static readonly TimeSpan Largeness = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _bulk = new(StringComparer.Ordinal);

    /// <summary>Gets whether there is one.</summary>
    public bool ArePresent
    {
        get
        {
            lock (_gate)
            {
                Forget(_steps, Presence);
                Forget(_bulk, Largeness);
                return _steps.Keys.Any(run => !_bulk.ContainsKey(run));
            }
        }
    }

    /// <summary>Notes that a run takes a step, or has a slice among its stage's first.</summary>
    public void Step(string run) => Note(_steps, run);

    /// <summary>Notes that a run has bulk.</summary>
    public void Bulk(string run) => Note(_bulk, run);

    private void Note(Dictionary<string, long> runs, string run)
    {
        lock (_gate)
        {
            runs[run] = time.GetTimestamp();
        }
    }

    private void Forget(Dictionary<string, long> runs, TimeSpan after)
    {
        foreach (var (run, at) in runs)
        {
            if (time.GetElapsedTime(at) > after)
            {
                runs.Remove(run);
            }
        }
    }
}
