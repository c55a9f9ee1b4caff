namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Something that tasks do, in which the process is killed.</summary>
internal abstract class TaskWork(TaskKillLane lane)
{
    /// <summary>The works. The first counts what the maintenance finds, so little must have been done before.</summary>
    public static readonly IReadOnlyList<string> Names =
        [nameof(MaintainWork), nameof(SendWork), nameof(RunWork), nameof(GroupWork), nameof(RevokeWork)];

    protected TaskKillLane Lane => lane;

    protected TaskRound Round { get; } = lane.Round;

    public static TaskWork Named(string name, TaskKillLane lane) => name switch
    {
        nameof(MaintainWork) => new MaintainWork(lane),
        nameof(SendWork) => new SendWork(lane),
        nameof(RunWork) => new RunWork(lane),
        nameof(GroupWork) => new GroupWork(lane),
        nameof(RevokeWork) => new RevokeWork(lane),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such work."),
    };

    /// <summary>Does what comes before.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Does it, or goes on with it.</summary>
    public abstract Task RunAsync();

    /// <summary>Checks what is to be seen of this work alone.</summary>
    public virtual Task CheckAsync() => Task.CompletedTask;
}
