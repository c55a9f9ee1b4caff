using Celerity.Schedules;
using Celerity.Storage;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Schedules.Model;

/// <summary>What is explored: the schedule, what operators ask for, and how much may go wrong.</summary>
internal sealed record ScheduleStory(string Name, OverlapPolicy Overlap)
{
    private const string Schedule = ScheduleSimulation.Name;

    private readonly Lazy<IReadOnlyList<(string Table, TableRow Row)>> _start = new(() => ScheduleWorld.Prepare(Overlap));

    /// <summary>Gets the rows at the start: the schedule has been made and has fired once, and its next due time has come.</summary>
    public IReadOnlyList<(string Table, TableRow Row)> Start => _start.Value;

    /// <summary>Gets what operators ask for, one after the other, each until they are answered: <c>pause</c>, <c>resume</c>, <c>put</c>, <c>delete</c>, <c>run</c>.</summary>
    public IReadOnlyList<string> Asks { get; init; } = [];

    /// <summary>Gets how many rounds begin, at any time; one that dies begins again.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Gets how often a process may die.</summary>
    public int Deaths { get; init; } = 1;

    /// <summary>Gets how often a reply may be lost, so that the SDK repeats the request.</summary>
    public int LostReplies { get; init; } = 1;

    /// <summary>Gets how often a call may end in an exception, done or not.</summary>
    public int Faults { get; init; }

    /// <summary>Gets how often what was fired may end.</summary>
    public int Ends { get; init; }

    /// <summary>Gets the jumps of the clock, in this order, each at any time.</summary>
    public IReadOnlyList<TimeSpan> Jumps { get; init; } = [];

    /// <summary>Gets how often one process may be stopped in the middle of its pass for the other.</summary>
    public int Preemptions { get; init; } = int.MaxValue;

    /// <summary>Gets what stands between the engine and its tables: for rules that are taken out.</summary>
    public Func<ITableStore, ITableStore> Tables { get; init; } = tables => tables;

    /// <summary>Explores it.</summary>
    public Exploration Explore() => ScheduleExplorer.Explore(Name, () => new ScheduleWorld(this));

    /// <summary>Asks for one of <see cref="Asks"/>.</summary>
    public static async Task AskAsync(string what, IServiceProvider process)
    {
        var (control, pipelines) = (process.GetRequiredService<ScheduleControl>(), ScheduleProcess.Pipelines);
        var ask = what switch
        {
            "pause" => control.PauseAsync(Schedule, ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask(),
            "resume" => control.ResumeAsync(Schedule, ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask(),
            "put" => control.PutAsync(Schedule, Options(OverlapPolicy.Allow, "new"), ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask(),
            "delete" => control.DeleteAsync(Schedule, ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask(),
            "run" => control.RunAsync(Schedule, ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask(),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, message: null),
        };
        await ask.ConfigureAwait(false);
    }

    public static ScheduleOptions Options(OverlapPolicy overlap, string text) => new()
    {
        Cron = "*/5 * * * *",
        Task = "test.echo",
        Payload = $$"""{"text":"{{text}}"}""",
        Overlap = overlap,
        Missed = MissedPolicy.RunAll,
    };

    public override string ToString() => Name;
}
