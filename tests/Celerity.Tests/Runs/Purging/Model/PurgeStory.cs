using Celerity.Storage;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs.Purging.Model;

/// <summary>What is explored: who is at a run that has ended, and how much may go wrong.</summary>
internal sealed record PurgeStory(string Name)
{
    public bool HasRestart { get; init; }

    public bool HasLateSlice { get; init; }

    /// <summary>Gets how many maintenance rounds may be at it at once.</summary>
    public int Maintainers { get; init; } = 1;

    /// <summary>Gets how often a process may die.</summary>
    public int Deaths { get; init; } = 1;

    /// <summary>Gets how often a reply may be lost, so that the SDK repeats the request.</summary>
    public int LostReplies { get; init; }

    /// <summary>Gets what stands between the engine and its tables: for rules that are taken out.</summary>
    public Func<ITableStore, ITableStore> Tables { get; init; } = tables => tables;

    public Exploration Explore()
    {
        var start = PurgeWorld.Prepare(this);
        return ScheduleExplorer.Explore(Name, () => new PurgeWorld(this, start));
    }
}
