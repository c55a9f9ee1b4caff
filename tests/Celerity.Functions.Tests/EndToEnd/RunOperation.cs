using System.Net;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Something that is done with runs, in which the process is killed.</summary>
internal abstract class RunOperation(RunKillLane lane)
{
    /// <summary>The operations.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        nameof(StartOperation), nameof(RetryOperation), nameof(StagesOperation), nameof(RestartOperation), nameof(SuspendOperation), nameof(PutBackOperation),
        nameof(CancelOperation), nameof(BreakOffOperation), nameof(CloneOperation), nameof(PurgeOperation), nameof(GroupOperation), nameof(ChordOperation),
        nameof(SubOperation), nameof(SagaOperation), nameof(UndoOperation),
    ];

    // Longer than anything that the app has read is taken for new.
    private static readonly TimeSpan Seen = TimeSpan.FromMinutes(1);

    protected RunKillLane Lane => lane;

    /// <summary>Gets the word by which its runs and tasks are found again.</summary>
    protected string Mark { get; } = lane.NewMark();

    public static RunOperation Named(string name, RunKillLane lane) => name switch
    {
        nameof(StartOperation) => new StartOperation(lane),
        nameof(RetryOperation) => new RetryOperation(lane),
        nameof(StagesOperation) => new StagesOperation(lane),
        nameof(RestartOperation) => new RestartOperation(lane),
        nameof(SuspendOperation) => new SuspendOperation(lane),
        nameof(PutBackOperation) => new PutBackOperation(lane),
        nameof(CancelOperation) => new CancelOperation(lane),
        nameof(BreakOffOperation) => new BreakOffOperation(lane),
        nameof(CloneOperation) => new CloneOperation(lane),
        nameof(PurgeOperation) => new PurgeOperation(lane),
        nameof(GroupOperation) => new GroupOperation(lane),
        nameof(ChordOperation) => new ChordOperation(lane),
        nameof(SubOperation) => new SubOperation(lane),
        nameof(SagaOperation) => new SagaOperation(lane),
        nameof(UndoOperation) => new UndoOperation(lane),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such operation."),
    };

    /// <summary>Does what comes before.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Does it, or goes on with it: what has been answered is not asked for again.</summary>
    public abstract Task RunAsync();

    /// <summary>Tells how it has ended, in words that are the same each time.</summary>
    public abstract Task<string> DescribeAsync();

    /// <summary>Asks the app to change a run, and lets so much time pass that it goes by it. One who got no answer asks again, and may be told that the run has ended meanwhile.</summary>
    protected async Task ChangeAsync(string path, object? body = null)
    {
        _ = await lane.AskAsync(HttpMethod.Post, path, body ?? new { }, HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.Conflict);
        lane.Advance(Seen);
    }
}
