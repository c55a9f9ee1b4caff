using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>Which send of a debounce key is the newest: one row a key, while one of its tasks waits or runs.</summary>
internal sealed class DebounceRows(ITableStore tables)
{
    /// <summary>The order of sends: about the ticks at which the newest was sent.</summary>
    public const string RankColumn = "rank";

    private const int MaxTries = 20;

    /// <summary>Finds the id of the newest send; <see langword="null"/> once that has ended.</summary>
    public async ValueTask<string?> FindNewestAsync(string task, string key, CancellationToken cancellationToken) =>
        (await FindAsync(KeyRows.Debounce(task, key), cancellationToken).ConfigureAwait(false))?.FindString("id");

    /// <summary>Makes a send the newest of its key.</summary>
    /// <param name="row">The send.</param>
    /// <param name="isFirst">
    /// Whether its own sender says so: then it comes after whatever is there, however the senders' clocks differ. Whoever repeats an
    /// interrupted send goes by the clock, and leaves a newer one in its place.
    /// </param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask RegisterAsync(SendRow row, bool isFirst, CancellationToken cancellationToken)
    {
        var partition = KeyRows.Debounce(row.Task, row.DebounceKey!);
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var found = await FindAsync(partition, cancellationToken).ConfigureAwait(false);
            var rank = found?.GetInt64(RankColumn) ?? 0;
            if (found?.FindString("id") == row.Id || (!isFirst && rank >= row.SentAt.UtcTicks))
            {
                return;
            }

            var values = new Dictionary<string, object> { ["id"] = row.Id, [RankColumn] = Math.Max(row.SentAt.UtcTicks, rank + 1) };
            var newest = new TableRow(partition, KeyRows.DebounceRow, values);
            var etag = found is null
                ? await tables.TryInsertAsync(StorageNames.KeysTable, newest, cancellationToken).ConfigureAwait(false)
                : await tables.TryReplaceAsync(StorageNames.KeysTable, newest, found.ETag, cancellationToken).ConfigureAwait(false);
            if (etag is not null)
            {
                return;
            }
        }

        throw new InvalidOperationException($"The row of the debounce key of '{row.Task}' changed {MaxTries} times while {row.Id} was sent.");
    }

    /// <summary>Removes the row of a key whose newest send has ended.</summary>
    public async ValueTask RemoveAsync(string task, string key, string id, CancellationToken cancellationToken)
    {
        var partition = KeyRows.Debounce(task, key);
        if (await FindAsync(partition, cancellationToken).ConfigureAwait(false) is { } found && found.FindString("id") == id)
        {
            _ = await tables.TryDeleteAsync(StorageNames.KeysTable, partition, KeyRows.DebounceRow, found.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask<TableRow?> FindAsync(string partition, CancellationToken cancellationToken) =>
        tables.FindAsync(StorageNames.KeysTable, partition, KeyRows.DebounceRow, cancellationToken);
}
