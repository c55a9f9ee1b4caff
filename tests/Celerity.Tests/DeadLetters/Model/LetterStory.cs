using Celerity.Storage;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.DeadLetters.Model;

/// <summary>What is explored: letters of one group, what is done with them, and how much may go wrong.</summary>
internal sealed record LetterStory(string Name, params ActionPlan[] Actions)
{
    /// <summary>Gets which of <see cref="Actions"/> each process makes steps of, until that has ended.</summary>
    public IReadOnlyList<int> Steppers { get; init; } = [0, 1];

    public int Letters { get; init; } = 2;

    /// <summary>Gets whether an operator stops the first action, at any time.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Gets how the task of the canary ends, at any time once it is sent; <see langword="null"/> where there is none.</summary>
    public TaskState? CanaryEnd { get; init; }

    /// <summary>Gets how often a process may die.</summary>
    public int Deaths { get; init; } = 1;

    /// <summary>Gets how often a reply may be lost, so that the SDK repeats the request.</summary>
    public int LostReplies { get; init; }

    /// <summary>Gets how often one process may be stopped in the middle of its step for another.</summary>
    public int Preemptions { get; init; } = int.MaxValue;

    /// <summary>Gets what stands between the engine and its tables: for rules that are taken out.</summary>
    public Func<ITableStore, ITableStore> Tables { get; init; } = tables => tables;

    public Exploration Explore()
    {
        var start = LetterWorld.Prepare(this);
        return ScheduleExplorer.Explore(Name, () => new LetterWorld(this, start));
    }

    public override string ToString() => Name;
}
