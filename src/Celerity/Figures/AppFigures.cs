using Celerity.Storage;

namespace Celerity.Figures;

/// <summary>What holds for the whole app, on however many instances it runs, as it was measured once.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="Queues">Every queue, with its siblings of what is held and what the host gave up on.</param>
/// <param name="Letters">The groups of dead letters that hurt most, at most <see cref="MaxGroups"/>.</param>
/// <param name="OtherLetters">How many open letters the other groups have together.</param>
/// <param name="Circuits">The circuits that tasks and stages name.</param>
internal sealed record AppFigures(
    DateTimeOffset At, IReadOnlyList<QueueFigure> Queues, IReadOnlyList<LetterFigure> Letters, long OtherLetters, IReadOnlyList<CircuitFigure> Circuits)
{
    /// <summary>How many groups are told one by one: each is a series of its own wherever metrics are kept.</summary>
    public const int MaxGroups = 20;

    private const string Partition = "latest";
    private const string Row = "figures";
    private const string ValueColumn = "value";

    /// <summary>Gets the runs that have not ended, by pipeline; those among the newest <see cref="RunSampling.MaxRows"/> rows.</summary>
    public IReadOnlyList<RunFigure> Runs { get; init; } = [];

    /// <summary>Gets the runs that stand still, the oldest first; of the <see cref="RunSampling.MaxLooks"/> oldest that have not ended.</summary>
    public IReadOnlyList<StalledRunFigure> StalledRuns { get; init; } = [];

    /// <summary>Gets how many workers are heard of.</summary>
    public int Workers { get; init; }

    /// <summary>Gets the workers that have fallen silent within <see cref="WorkerSampling.SilentFor"/>, at most <see cref="WorkerSampling.MaxTold"/>.</summary>
    public IReadOnlyList<WorkerFigure> SilentWorkers { get; init; } = [];

    /// <summary>Gets the schedules that are late, the latest first, at most <see cref="ScheduleSampling.MaxTold"/>.</summary>
    public IReadOnlyList<ScheduleFigure> LateSchedules { get; init; } = [];

    public static async ValueTask<AppFigures?> FindAsync(ITableStore tables, CancellationToken cancellationToken) =>
        (await tables.FindAsync(StorageNames.FiguresTable, Partition, Row, cancellationToken).ConfigureAwait(false))?.FindString(ValueColumn) is { } value
            ? CelerityJson.Read<AppFigures>(value)
            : null;

    public TableRow ToRow() => new(Partition, Row, new Dictionary<string, object> { [ValueColumn] = CelerityJson.Write(this) });
}
