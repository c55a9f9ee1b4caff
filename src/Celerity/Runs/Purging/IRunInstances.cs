namespace Celerity.Runs.Purging;

/// <summary>The orchestration instances of runs.</summary>
internal interface IRunInstances
{
    /// <summary>Purges the instances of a run, and terminates those that are still at work.</summary>
    /// <returns>How many were purged, and whether none is left.</returns>
    ValueTask<(int Purged, bool AreGone)> PurgeAsync(string run, CancellationToken cancellationToken);
}
