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

    public static async ValueTask<AppFigures?> FindAsync(ITableStore tables, CancellationToken cancellationToken) =>
        (await tables.FindAsync(StorageNames.FiguresTable, Partition, Row, cancellationToken).ConfigureAwait(false))?.FindString(ValueColumn) is { } value
            ? CelerityJson.Read<AppFigures>(value)
            : null;

    public TableRow ToRow() => new(Partition, Row, new Dictionary<string, object> { [ValueColumn] = CelerityJson.Write(this) });
}
