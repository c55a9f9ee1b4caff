using Celerity.Storage;

namespace Celerity.Runs.Purging;

/// <summary>A purge of many runs: those that have ended and fit a filter.</summary>
internal sealed record PurgeAction
{
    public const string Partition = "run-purge-actions";

    private const string Column = "action";

    public required string Id { get; init; }

    public required RunFilter Filter { get; init; }

    public required string Who { get; init; }

    public required string Why { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the last run that was looked at.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets whether all runs were looked at.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Gets how many runs are purged by it.</summary>
    public int Marked { get; init; }

    /// <summary>Gets how many of them are not gone yet.</summary>
    public int Left { get; init; }

    /// <summary>Gets when the last of them was gone.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    private string ETag { get; init; } = "";

    public static PurgeAction From(TableRow row) => CelerityJson.Read<PurgeAction>(row.FindString(Column)!) with { ETag = row.ETag };

    public static async ValueTask<PurgeAction?> FindAsync(ITableStore tables, string id, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, Partition, TableKeys.Escape(id), cancellationToken).ConfigureAwait(false) is { } row ? From(row) : null;

    public async ValueTask AddAsync(ITableStore tables, CancellationToken cancellationToken) =>
        _ = await tables.TryInsertAsync(StorageNames.ControlTable, ToRow(), cancellationToken).ConfigureAwait(false);

    /// <summary>Stores what it has become; refused where another process has made the step too.</summary>
    public async ValueTask<bool> TryReplaceAsync(ITableStore tables, CancellationToken cancellationToken) =>
        await tables.TryReplaceAsync(StorageNames.ControlTable, ToRow(), ETag, cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask DropAsync(ITableStore tables, CancellationToken cancellationToken) =>
        _ = await tables.TryDeleteAsync(StorageNames.ControlTable, Partition, TableKeys.Escape(Id), ETag, cancellationToken).ConfigureAwait(false);

    public RunPurgeAction ToPublic() => new()
    {
        Id = Id,
        Filter = Filter,
        Who = Who,
        Why = Why,
        CreatedAt = CreatedAt,
        Cursor = Cursor,
        IsMarked = IsMarked,
        Marked = Marked,
        Left = Left,
        EndedAt = EndedAt,
    };

    private TableRow ToRow() => new(Partition, TableKeys.Escape(Id), new Dictionary<string, object> { [Column] = CelerityJson.Write(this) });
}
