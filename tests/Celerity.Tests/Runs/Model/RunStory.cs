using Celerity.Storage;
using Celerity.TestKit.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Stages;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Runs.Model;

/// <summary>What is explored: where a run stands, who asks what of it, and how much may go wrong.</summary>
internal sealed record RunStory(string Name, RunScene Scene, params RunOperation[] Operations)
{
    /// <summary>The request of a run: its dataset, of the numbers 1 and 2.</summary>
    public const string Request = "\"set\"";

    /// <summary>The request of a clone, of the numbers 4 and 5.</summary>
    public const string OtherRequest = "\"other\"";

    private const int MaxRounds = 20;
    private const int MaxStates = 60_000;

    /// <summary>Gets how often a process may die.</summary>
    public int Deaths { get; init; } = 1;

    /// <summary>Gets how often a reply may be lost, so that the SDK repeats the request.</summary>
    public int LostReplies { get; init; }

    /// <summary>Gets how many rounds of maintenance come in between.</summary>
    public int Rounds { get; init; }

    /// <summary>Gets how often two minutes pass in between.</summary>
    public int Waits { get; init; } = 1;

    /// <summary>Gets how orchestrations go on in between; else they do once all is asked.</summary>
    public RunPace Steps { get; init; } = RunPace.Apart;

    /// <summary>Gets how slices are delivered in between; else they are once all is asked.</summary>
    public RunPace Slices { get; init; } = RunPace.Never;

    /// <summary>Gets how many deliveries of slices are played call by call, if any are; those after them at once.</summary>
    public int SlicesApart { get; init; } = int.MaxValue;

    /// <summary>Gets whether nothing may be missed: no time passes but while the run is suspended, and no message is lost.</summary>
    public bool IsPatient { get; init; }

    /// <summary>Gets what stands between the engine and its tables: for rules that are taken out.</summary>
    public Func<ITableStore, ITableStore> Tables { get; init; } = tables => tables;

    /// <summary>Gets what becomes of a message that is sent; <see langword="null"/> where it is lost.</summary>
    public Func<string, string?> Sends { get; init; } = body => body;

    /// <summary>Gets the services of all processes.</summary>
    public IServiceProvider Services { get; init; } = RunProcess.WithAllRules;

    /// <summary>Gets what those who do something touch.</summary>
    public Footprints Footprints { get; private init; } = new();

    /// <summary>Gets the blobs, which all worlds share: whoever writes one writes the same.</summary>
    public IBlobStore Blobs { get; } = NewBlobs();

    /// <summary>Gets how many stages a run has; those before the last are one chunk.</summary>
    public int Stages { get; init; } = Scene is RunScene.None or RunScene.Brief ? 0 : 1;

    public bool HasStage => Stages > 0;

    public bool HasEnded => Scene is RunScene.Ended or RunScene.Untold;

    public bool HasRestart => Array.Exists(Operations, operation => operation.Kind is RunOperationKind.RetryFailed or RunOperationKind.Restart);

    public bool HasClone => Array.Exists(Operations, operation => operation.Kind == RunOperationKind.Clone);

    public bool HasSuspension => Array.Exists(Operations, operation => operation.Kind == RunOperationKind.Suspend);

    public bool HasCancel => Array.Exists(Operations, operation => operation.Kind == RunOperationKind.Cancel);

    /// <summary>Takes a rule out.</summary>
    public RunStory Without(StageMutation rule) => this with { Tables = rule.Tables, Sends = rule.Sends, Services = RunProcess.Build(rule.Services) };

    public Exploration Explore()
    {
        var story = this with { Footprints = new Footprints() };
        var start = RunScenes.Play(story);
        for (var round = 0; round < MaxRounds; round++)
        {
            var found = ScheduleExplorer.Explore(Name, () => story.Begin(start), MaxStates);
            if (found.Violation is not null || !story.Footprints.TryLearn())
            {
                return found;
            }
        }

        throw new InvalidOperationException($"{Name}: what is touched is not known after {MaxRounds} explorations.");
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
        foreach (var (blob, csv) in new[] { ("set", "n\n1\n2\n"), ("other", "n\n4\n5\n") })
        {
            ((IBlobStore)storage.Blobs).WriteAsync("data", blob, StageBench.Csv(csv), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }

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

    /// <summary>It has begun, and its stage is not planned.</summary>
    Begun,

    /// <summary>Its stage is planned, its first slice is on the queue.</summary>
    AtWork,

    /// <summary>It has ended: its first chunk well, its second is dead.</summary>
    Ended,

    /// <summary>The same, but the process that wrote the second down as dead has died before its letter; the slice comes again.</summary>
    Untold,
}

/// <summary>How something goes on.</summary>
internal enum RunPace
{
    /// <summary>Not in between.</summary>
    Never,

    /// <summary>A pass at once, as if it took no time: for what others do call by call.</summary>
    Whole,

    /// <summary>Call by call.</summary>
    Apart,
}
