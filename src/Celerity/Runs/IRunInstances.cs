namespace Celerity.Runs;

/// <summary>The orchestration instances of runs.</summary>
internal interface IRunInstances
{
    /// <summary>Starts the instance of the generation that a run is at, unless it is there.</summary>
    /// <exception cref="CelerityException">The app cannot run it: its pipeline is gone.</exception>
    ValueTask StartAsync(RunRecord run, CancellationToken cancellationToken);

    /// <summary>Wakes all that a generation of a run waits for, so that it learns of a change at once. A hint.</summary>
    ValueTask WakeAsync(string run, int generation, CancellationToken cancellationToken);

    /// <summary>Purges the instances of a run, and terminates those that are still at work.</summary>
    /// <returns>How many were purged, and whether none is left.</returns>
    ValueTask<(int Purged, bool AreGone)> PurgeAsync(string run, CancellationToken cancellationToken);
}
