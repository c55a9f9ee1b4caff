using Celerity.Storage;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs.Model;

/// <summary>What is touched in a world of runs beside its tables and queues.</summary>
internal static class RunTouches
{
    /// <summary>What was answered.</summary>
    public static readonly Touch Answers = new("answers", Writes: true);

    /// <summary>Which orchestrations are there.</summary>
    public static readonly Touch Instance = new("instance", Writes: true);

    // Which orchestrations wait.
    private static readonly Touch Wake = new("wake", Writes: true);

    /// <summary>What somebody goes by who begins.</summary>
    public static IReadOnlyList<Touch> OfBegin(RunStory story, RunRole role) => role switch
    {
        RunRole.Operator when story.Scene == RunScene.None => [Read(Answers), Touch.OfRows(StorageNames.RunsTable, null)],
        RunRole.Operator => Array.Exists(story.Operations, operation => operation.After is not null) ? [Read(Answers)] : [],
        RunRole.Orchestrator => [Read(Answers), Read(Wake), Read(Instance)],
        RunRole.Slices => [Read(Answers), RunQueues.Touch("", writes: false)],
        _ => [],
    };

    /// <summary>What changes for others when somebody is done.</summary>
    public static IReadOnlyList<Touch> OfEnd(RunStory story, RunRole role)
    {
        Touch[] wake = story.HasStage ? [Wake] : [];
        return role switch
        {
            RunRole.Operator => [.. wake, Answers],
            RunRole.Slices => [.. wake, RunQueues.Touch("", writes: true)],
            _ => wake,
        };
    }

    public static Touch Read(Touch touch) => touch with { Writes = false };
}

/// <summary>Who does something in a world of runs.</summary>
internal enum RunRole
{
    Operator,
    Orchestrator,
    Slices,
    Maintainer,
}
