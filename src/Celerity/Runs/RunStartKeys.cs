using Celerity.Storage;
using Celerity.Tasks.Sending;

namespace Celerity.Runs;

/// <summary>
/// The idempotency keys of starts: whoever starts a pipeline with a key that was used before is given that run. A key is kept for 7 days, and its
/// row dropped with those of other senders' keys.
/// </summary>
internal sealed class RunStartKeys(ITableStore tables, TimeProvider time)
{
    private const string Row = "run";

    /// <summary>Drops the key of a run, where it still stands for it.</summary>
    public async ValueTask DropAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (run.IdempotencyKey is { } key
            && await tables.FindAsync(StorageNames.KeysTable, KeyRows.Run(run.Pipeline, key), Row, cancellationToken).ConfigureAwait(false) is { } row
            && row.FindString("id") == run.Id)
        {
            _ = await tables.TryDeleteAsync(StorageNames.KeysTable, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds the id of the run that a key stands for, or takes the key for a new one.</summary>
    /// <exception cref="CelerityException">CEL0308: the key is too long.</exception>
    public async ValueTask<string> TakeAsync(string pipeline, string key, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > SendTerms.MaxKeyChars)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"idempotencyKey is {key.Length} characters long; it must be 1 to {SendTerms.MaxKeyChars}. Nothing was started.");
        }

        var partition = KeyRows.Run(pipeline, key);
        while (true)
        {
            var id = RunKey.NewId(time);
            var row = new TableRow(partition, Row, new Dictionary<string, object> { ["id"] = id, [UniqueSends.TakenAtColumn] = time.GetUtcNow() });
            if (await tables.TryInsertAsync(StorageNames.KeysTable, row, cancellationToken).ConfigureAwait(false) is not null)
            {
                return id;
            }

            // Gone again: it was of another week.
            if (await tables.FindAsync(StorageNames.KeysTable, partition, Row, cancellationToken).ConfigureAwait(false) is { } stored)
            {
                return stored.FindString("id")!;
            }
        }
    }
}
