using Celerity.Storage;

namespace Celerity.Stages.Watching;

/// <summary>
/// How far a stage was in its last minutes, for who asks how fast it is. The watch writes it down when it looks, about once a minute: chunks write nothing for it.
/// </summary>
/// <param name="Samples">The last few, the oldest first.</param>
internal sealed record StageSamples(IReadOnlyList<StageSample> Samples)
{
    private const string Row = "samples";
    private const string Column = "samples";
    private const int MaxKept = 3;

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(45);

    // Nobody has looked for so long: the run was suspended, or its orchestration stood still. From then on it is given time anew.
    private static readonly TimeSpan Unwatched = TimeSpan.FromMinutes(10);

    public static StageSamples None { get; } = new([]);

    /// <summary>Gets the chunk that has been waited for longest, where there is one: its slice ought to be on the queue or running.</summary>
    public int? Oldest { get; init; }

    /// <summary>Gets since when it has, or since when it was last sent again.</summary>
    public DateTimeOffset? OldestSince { get; init; }

    /// <summary>Gets when a chunk was last seen to have ended, or since when it is looked for.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>Gets when the stage was seen to have no chunk left.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The same with one more, where the last is not too young for that.</summary>
    public StageSamples With(StageSample sample)
    {
        var isStill = Samples is [.., var last] && last.Chunks == sample.Chunks && sample.At - last.At < Unwatched;
        var next = this with { MovedAt = isStill ? MovedAt ?? sample.At : sample.At };
        return Samples is [.., var before] && sample.At - before.At < Apart ? next : next with { Samples = [.. Samples.TakeLast(MaxKept - 1), sample] };
    }

    /// <summary>Finds what to compare a count with that is made now, to know the last minute.</summary>
    public StageSample? FindMinuteBefore(DateTimeOffset now) => Samples.LastOrDefault(sample => now - sample.At >= Apart) ?? Samples.FirstOrDefault(sample => sample.At < now);

    public static async ValueTask<StageSamples> ReadAsync(ITableStore tables, StageKey key, CancellationToken cancellationToken) =>
        (await tables.FindAsync(StorageNames.LedgerTable, key.ControlPartition, Row, cancellationToken).ConfigureAwait(false))?.FindString(Column) is { } text
            ? CelerityJson.Read<StageSamples>(text)
            : None;

    /// <summary>Changes what is stored: 1 request where nothing is, 2 else. Where another look does so at once, one of them is lost, which does no harm.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="key">The stage.</param>
    /// <param name="isFirst">Whether nothing is stored, as far as is known.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async ValueTask ChangeAsync(ITableStore tables, StageKey key, bool isFirst, Func<StageSamples, StageSamples> change, CancellationToken cancellationToken)
    {
        if (isFirst && await tables.TryInsertAsync(StorageNames.LedgerTable, RowOf(key, change(None)), cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        var stored = await tables.FindAsync(StorageNames.LedgerTable, key.ControlPartition, Row, cancellationToken).ConfigureAwait(false);
        var was = stored?.FindString(Column) is { } text ? CelerityJson.Read<StageSamples>(text) : None;
        var row = RowOf(key, change(was));
        _ = stored is null
            ? await tables.TryInsertAsync(StorageNames.LedgerTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.LedgerTable, row, stored.ETag, cancellationToken).ConfigureAwait(false);
    }

    private static TableRow RowOf(StageKey key, StageSamples samples) =>
        new(key.ControlPartition, Row, new Dictionary<string, object> { [Column] = CelerityJson.Write(samples) });
}

/// <summary>What had ended of a stage at an instant.</summary>
internal sealed record StageSample(DateTimeOffset At, long Chunks, long Records);
