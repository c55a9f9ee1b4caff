using Celerity.Figures;
using Celerity.Storage;

namespace Celerity.History;

/// <summary>What held for the whole app when a minute was measured; of an hour the highest.</summary>
internal sealed record HistoryFigures
{
    /// <summary>Gets the messages of all work queues, leased and delayed ones too.</summary>
    public long Backlog { get; init; }

    /// <summary>Gets how long the oldest message that could be received had been there; <see langword="null"/> where there was none.</summary>
    public double? OldestSeconds { get; init; }

    /// <summary>Gets the open dead letters.</summary>
    public long OpenLetters { get; init; }

    /// <summary>Gets the queues that held anything.</summary>
    public IReadOnlyList<QueueFigure> Queues { get; init; } = [];

    /// <summary>Gets the circuits that were not closed.</summary>
    public IReadOnlyList<string> OpenCircuits { get; init; } = [];

    public static HistoryFigures Of(AppFigures figures)
    {
        var work = figures.Queues.Where(queue => StorageNames.IsWorkQueue(queue.Queue)).ToList();
        return new HistoryFigures
        {
            Backlog = work.Sum(queue => queue.Length),
            OldestSeconds = work.Max(queue => queue.AgeSeconds),
            OpenLetters = figures.Letters.Sum(letter => letter.Open) + figures.OtherLetters,
            Queues = [.. figures.Queues.Where(queue => queue.Length > 0).OrderBy(queue => queue.Queue, StringComparer.Ordinal)],
            OpenCircuits = [.. figures.Circuits.Where(circuit => circuit.State != CircuitState.Closed).Select(circuit => circuit.Circuit).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The highest of both.</summary>
    public HistoryFigures Or(HistoryFigures other) => new()
    {
        Backlog = Math.Max(Backlog, other.Backlog),
        OldestSeconds = Highest(OldestSeconds, other.OldestSeconds),
        OpenLetters = Math.Max(OpenLetters, other.OpenLetters),
        Queues =
        [
            .. Queues.Concat(other.Queues).GroupBy(queue => queue.Queue, StringComparer.Ordinal).OrderBy(queue => queue.Key, StringComparer.Ordinal)
                .Select(queue => new QueueFigure(queue.Key, queue.Max(figure => figure.Length), queue.Max(figure => figure.AgeSeconds))),
        ],
        OpenCircuits = [.. OpenCircuits.Union(other.OpenCircuits, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };

    private static double? Highest(double? one, double? other) => one is null || other > one ? other : one;
}
