using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Something that tasks do, in which the process is killed.</summary>
internal abstract class TaskWork(TaskKillLane lane)
{
    /// <summary>The works. The first counts what the maintenance finds, so little must have been done before.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        nameof(MaintainWork), nameof(SendWork), nameof(RunWork), nameof(GroupWork), nameof(RevokeWork), nameof(LimitWork), nameof(CircuitWork), nameof(BatchWork),
        nameof(CeleryWork), nameof(LetterWork), nameof(ScheduleWork),
    ];

    /// <summary>Gets a value indicating whether tasks run in it: only then can a kill be a crash of one.</summary>
    public virtual bool RunsTasks => true;

    protected TaskKillLane Lane => lane;

    protected TaskRound Round { get; } = lane.Round;

    public static TaskWork Named(string name, TaskKillLane lane) => name switch
    {
        nameof(MaintainWork) => new MaintainWork(lane),
        nameof(SendWork) => new SendWork(lane),
        nameof(RunWork) => new RunWork(lane),
        nameof(GroupWork) => new GroupWork(lane),
        nameof(RevokeWork) => new RevokeWork(lane),
        nameof(LimitWork) => new LimitWork(lane),
        nameof(CircuitWork) => new CircuitWork(lane),
        nameof(BatchWork) => new BatchWork(lane),
        nameof(CeleryWork) => new CeleryWork(lane),
        nameof(LetterWork) => new LetterWork(lane),
        nameof(ScheduleWork) => new ScheduleWork(lane),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such work."),
    };

    /// <summary>Does what comes before.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Does it, or goes on with it.</summary>
    public abstract Task RunAsync();

    /// <summary>Checks what is to be seen of this work alone.</summary>
    public virtual Task CheckAsync() => Task.CompletedTask;

    /// <summary>Sends two tasks in one message.</summary>
    protected async Task SendPackAsync()
    {
        string[] marks = [Round.Mark("pack-1"), Round.Mark("pack-2")];
        Array.ForEach(marks, mark => Round.Expect(mark, "pack"));
        await Round.AskAsync("pack", "api/batches", string.Join('\n', marks.Select(mark =>
            JsonSerializer.Serialize(new { task = "fragile.work", payload = new { mark }, options = new { queue = TaskKillLane.Parked } }))));
    }

    /// <summary>Checks that the tasks of a line took turns.</summary>
    protected async Task CheckOrderAsync(string first, string second)
    {
        var marks = (await File.ReadAllLinesAsync(lane.AttemptsFile)).Select(line => line.Split(' ')[0]).ToList();
        Assert.True(marks.LastIndexOf(Round.Mark(first)) < marks.IndexOf(Round.Mark(second)), $"{second} ran before {first} had ended.");
    }
}
