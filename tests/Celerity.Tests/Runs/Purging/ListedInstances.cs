using Celerity.Runs;

namespace Celerity.Tests.Runs.Purging;

/// <summary>Instances by their ids; those at work are gone a purge later.</summary>
internal sealed class ListedInstances : IRunInstances
{
    public HashSet<string> Ended { get; } = [];

    public HashSet<string> AtWork { get; } = [];

    public ValueTask StartAsync(RunRecord run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WakeAsync(string run, int generation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<(int Purged, bool AreGone)> PurgeAsync(string run, CancellationToken cancellationToken)
    {
        var purged = Ended.RemoveWhere(id => id.StartsWith(run, StringComparison.Ordinal));
        var terminated = AtWork.Where(id => id.StartsWith(run, StringComparison.Ordinal)).ToList();
        AtWork.ExceptWith(terminated);
        Ended.UnionWith(terminated);
        return ValueTask.FromResult((purged, terminated.Count == 0));
    }
}
