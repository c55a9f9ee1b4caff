using Celerity.Storage;

namespace Celerity.Runs.Purging;

/// <summary>That a run is to be purged: written before the run says so, taken away after its row, so that whatever dies in between is gone on with.</summary>
/// <param name="Run">The run.</param>
/// <param name="Generation">The generation that it is to be purged in: where it is started again first, it stays.</param>
/// <param name="Action">The id of the purge of many that asked for it, or empty.</param>
/// <param name="At">When it was written.</param>
internal sealed record PurgeNote(string Run, int Generation, string Action, DateTimeOffset At)
{
    private const string Partition = "run-purges";

    private string ETag { get; init; } = "";

    public static TableQuery All { get; } = new(Partition);

    public static PurgeNote From(TableRow row) => new(row.RowKey, row.GetInt32("generation"), row.FindString("action") ?? "", row.FindTime("at")!.Value) { ETag = row.ETag };

    /// <summary>Writes it; one of an earlier generation is replaced.</summary>
    public async ValueTask WriteAsync(ITableStore tables, CancellationToken cancellationToken)
    {
        while (await tables.TryInsertAsync(StorageNames.ControlTable, ToRow(), cancellationToken).ConfigureAwait(false) is null)
        {
            var stored = await tables.FindAsync(StorageNames.ControlTable, Partition, Run, cancellationToken).ConfigureAwait(false);
            if (stored is not null && (From(stored).Generation >= Generation
                || await tables.TryReplaceAsync(StorageNames.ControlTable, ToRow(), stored.ETag, cancellationToken).ConfigureAwait(false) is not null))
            {
                return;
            }
        }
    }

    /// <summary>Takes it away, where it is still as it was read.</summary>
    public async ValueTask DeleteAsync(ITableStore tables, CancellationToken cancellationToken) =>
        _ = await tables.TryDeleteAsync(StorageNames.ControlTable, Partition, Run, ETag, cancellationToken).ConfigureAwait(false);

    public static async ValueTask<PurgeNote?> FindAsync(ITableStore tables, string run, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, Partition, run, cancellationToken).ConfigureAwait(false) is { } row ? From(row) : null;

    private TableRow ToRow() => new(Partition, Run, new Dictionary<string, object> { ["generation"] = Generation, ["action"] = Action, ["at"] = At });
}
