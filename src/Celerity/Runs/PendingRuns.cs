using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>Notes of runs whose orchestration is to be started: written before the run says so, so that a crash does not leave it pending for ever.</summary>
internal sealed class PendingRuns(ITableStore tables, TimeProvider time)
{
    private const string Partition = "pending-runs";

    // Younger ones are somebody's who is at it.
    private static readonly TimeSpan DueAge = TimeSpan.FromMinutes(1);

    /// <summary>Writes a run's note. One that is there is renewed: else it might be taken away meanwhile, or acted upon beside us.</summary>
    public async ValueTask<PendingRun> WriteAsync(string run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = RowOf(run, time.GetUtcNow());
            var etag = await tables.TryInsertAsync(StorageNames.ControlTable, row, cancellationToken).ConfigureAwait(false);
            if (etag is null && await FindAsync(run, cancellationToken).ConfigureAwait(false) is { } stored)
            {
                etag = await tables.TryReplaceAsync(StorageNames.ControlTable, row, stored.ETag, cancellationToken).ConfigureAwait(false);
            }

            if (etag is not null)
            {
                return new PendingRun(run, etag);
            }
        }
    }

    public async ValueTask<PendingRun?> FindAsync(string run, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, Partition, run, cancellationToken).ConfigureAwait(false) is { } row ? new PendingRun(run, row.ETag) : null;

    /// <summary>Lets anybody act on a note at once; one that somebody has taken meanwhile stays theirs.</summary>
    public async ValueTask MakeDueAsync(PendingRun note, CancellationToken cancellationToken) => _ = await tables.TryReplaceAsync(
        StorageNames.ControlTable, RowOf(note.Run, time.GetUtcNow() - DueAge), note.ETag, cancellationToken).ConfigureAwait(false);

    /// <summary>Finds a run's note that somebody has to act on.</summary>
    public async ValueTask<PendingRun?> FindDueAsync(string run, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, Partition, run, cancellationToken).ConfigureAwait(false) is { } row && row.FindTime("at") <= time.GetUtcNow() - DueAge
            ? new PendingRun(run, row.ETag)
            : null;

    /// <summary>Lists the notes that somebody has to act on.</summary>
    public async IAsyncEnumerable<PendingRun> ListDueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = time.GetUtcNow() - DueAge;
        await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, new TableQuery(Partition), cancellationToken).ConfigureAwait(false))
        {
            if (row.FindTime("at") <= newest)
            {
                yield return new PendingRun(row.RowKey, row.ETag);
            }
        }
    }

    /// <summary>Takes a note, so that of those who would start the run one does; <see langword="null"/> where somebody else was faster.</summary>
    public async ValueTask<PendingRun?> TryTakeAsync(PendingRun note, CancellationToken cancellationToken) =>
        await tables.TryReplaceAsync(StorageNames.ControlTable, RowOf(note.Run, time.GetUtcNow()), note.ETag, cancellationToken).ConfigureAwait(false) is { } etag
            ? note with { ETag = etag }
            : null;

    /// <summary>Takes a note away; one that somebody else has renewed stays.</summary>
    public async ValueTask DeleteAsync(PendingRun note, CancellationToken cancellationToken) =>
        _ = await tables.TryDeleteAsync(StorageNames.ControlTable, Partition, note.Run, note.ETag, cancellationToken).ConfigureAwait(false);

    private static TableRow RowOf(string run, DateTimeOffset at) => new(Partition, run, new Dictionary<string, object> { ["at"] = at });
}

/// <summary>A note as it was read.</summary>
internal sealed record PendingRun(string Run, string ETag);
