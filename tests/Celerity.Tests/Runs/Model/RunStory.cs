using Celerity.Storage;
using Celerity.TestKit.Storage;
using Celerity.Tests.Stages;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs.Model;

/// <summary>What is explored: where a run stands, who asks what of it, and how much may go wrong.</summary>
internal sealed record RunStory(string Name, RunScene Scene, params RunOperation[] Operations)
{
    /// <summary>Gets how often a process may die.</summary>
    public int Deaths { get; init; } = 1;

    /// <summary>Gets how often a reply may be lost, so that the SDK repeats the request.</summary>
    public int LostReplies { get; init; }

    /// <summary>Gets how many rounds of maintenance come in between.</summary>
    public int Rounds { get; init; }

    /// <summary>Gets whether orchestrations go on in between; else they do once all is asked.</summary>
    public bool GoesOn { get; init; } = true;

    /// <summary>Gets what stands between the engine and its tables: for rules that are taken out.</summary>
    public Func<ITableStore, ITableStore> Tables { get; init; } = tables => tables;

    /// <summary>Gets the blobs, which all worlds share: whoever writes one writes the same.</summary>
    public IBlobStore Blobs { get; } = NewBlobs();

    public bool HasStage => Scene is not (RunScene.None or RunScene.Brief);

    public bool HasEnded => Scene == RunScene.Ended;

    public bool HasCancel => Array.Exists(Operations, operation => operation.Kind == RunOperationKind.Cancel);

    public Exploration Explore()
    {
        var start = RunScenes.Play(this);
        return ScheduleExplorer.Explore(Name, () => Begin(start));
    }

    private RunWorld Begin(RunWorld start)
    {
        var world = new RunWorld(this);
        world.Time.SetUtcNow(start.Time.GetUtcNow());
        foreach (var (table, row) in start.Tables.Everything())
        {
            world.Tables.Insert(table, row);
        }

        world.Account.Copy(start.Account);
        world.Queues.Copy(start.Queues);
        return world;
    }

    private static InMemoryBlobStore NewBlobs()
    {
        var storage = new InMemoryStorage(TimeProvider.System);
        storage.Blobs.Create("data");
        ((IBlobStore)storage.Blobs).WriteAsync("data", "set", StageBench.Csv("n\n1\n2\n"), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return storage.Blobs;
    }
}

/// <summary>Where a run stands at the start.</summary>
internal enum RunScene
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It runs, and waits for nothing.</summary>
    Brief,

    /// <summary>It has ended: its first chunk well, its second is dead.</summary>
    Ended,
}
