using System.Globalization;
using Celerity.DeadLetters;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Stages.Slices;
using Celerity.Storage;

namespace Celerity.Runs.Purging;

/// <summary>
/// Deletes what a run wrote, whatever it is: instances, all blobs and all partitions below its id, the letters of its chunks, its key. To begin anew is to go on, for what
/// is deleted is not found again.
/// </summary>
internal sealed class RunSweep(ITableStore tables, IBlobStore blobs, RunLetters letters, PendingRuns pending, RunStartKeys keys, TimeProvider time)
{
    private const int LettersAtOnce = 500;

    /// <summary>Sweeps once.</summary>
    /// <param name="found">The run's rows.</param>
    /// <param name="instances">The orchestration instances.</param>
    /// <param name="isLast">
    /// Whether nothing of the run can be at work any more. Before, rows of dead chunks stay: by them the last sweep finds a letter that a late process wrote after this one.
    /// </param>
    /// <param name="cancellationToken">Stops between two requests.</param>
    /// <returns>What was deleted, and whether nothing is left but the run's rows.</returns>
    public async ValueTask<(RunPurgeCount Count, bool IsWhole)> SweepAsync(RunDetails found, IRunInstances instances, bool isLast, CancellationToken cancellationToken)
    {
        var run = found.Run;

        // First: they may still write.
        var (purged, areGone) = await instances.PurgeAsync(run.Id, cancellationToken).ConfigureAwait(false);
        if (isLast && !areGone)
        {
            return (new RunPurgeCount(0, 0, 0, purged), IsWhole: false);
        }

        if (await pending.FindAsync(run.Id, cancellationToken).ConfigureAwait(false) is { } note)
        {
            await pending.DeleteAsync(note, cancellationToken).ConfigureAwait(false);
        }

        await keys.DropAsync(run, cancellationToken).ConfigureAwait(false);
        var deleted = await DeleteBlobsAsync(run.Id, cancellationToken).ConfigureAwait(false);
        var (count, isWhole) = await SweepLedgerAsync(found, isLast, cancellationToken).ConfigureAwait(false);
        return (count.Plus(new RunPurgeCount(0, deleted, 0, purged)), isWhole && areGone);
    }

    /// <summary>Deletes the rows of generations and stages, and then the run's own.</summary>
    /// <returns>How many, and whether all are gone.</returns>
    public async ValueTask<(int Rows, bool AreGone)> DeleteRowsAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var key = RunKey.For(run.Id);
        var query = new TableQuery(key.Partition) { RowKeyFrom = key.Row, RowKeyBefore = key.RowEnd, Select = [] };
        var rows = await tables.QueryAsync(StorageNames.RunsTable, query, cancellationToken).Where(row => row.RowKey != key.Row).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var batch in rows.Chunk(TableLimits.BatchRows))
        {
            if (!await tables.TryDeleteAllAsync(StorageNames.RunsTable, batch, cancellationToken).ConfigureAwait(false))
            {
                return (0, false);
            }
        }

        return (rows.Count + 1, await tables.TryDeleteAsync(StorageNames.RunsTable, key.Partition, key.Row, run.ETag, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<int> DeleteBlobsAsync(string run, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var container in StorageNames.Containers)
        {
            await foreach (var blob in blobs.ListAsync(container, $"{run}/", cancellationToken).ConfigureAwait(false))
            {
                deleted += await blobs.TryDeleteAsync(container, blob.Name, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }
        }

        return deleted;
    }

    private async ValueTask<(RunPurgeCount Count, bool IsWhole)> SweepLedgerAsync(RunDetails found, bool isLast, CancellationToken cancellationToken)
    {
        var names = found.Stages.ToDictionary(stage => stage.Key, stage => stage.Name);
        var query = new TableQuery(null) { PartitionKeyFrom = $"{found.Run.Id}:", PartitionKeyBefore = $"{found.Run.Id};", Select = ChunkEnd.Facts };
        var (count, isWhole, batch, dead) = (default(RunPurgeCount), true, new List<TableRow>(), new List<(TableRow Row, DeadLetterRecord Letter)>());
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            if (RecordOf(row, names) is { } letter)
            {
                dead.Add((row, letter));
                if (dead.Count == LettersAtOnce)
                {
                    await DropDeadAsync().ConfigureAwait(false);
                }

                continue;
            }

            if (batch.Count == TableLimits.BatchRows || (batch.Count > 0 && batch[0].PartitionKey != row.PartitionKey))
            {
                await DropAsync(batch).ConfigureAwait(false);
                batch.Clear();
            }

            batch.Add(row);
        }

        await DropAsync(batch).ConfigureAwait(false);
        await DropDeadAsync().ConfigureAwait(false);
        return (count, isWhole);

        // Their letters first: a row that is gone tells of none.
        async ValueTask DropDeadAsync()
        {
            var (deleted, areGone) = await letters.DeleteAsync(dead.Select(pair => pair.Letter), cancellationToken).ConfigureAwait(false);
            (count, isWhole) = (count.Plus(new RunPurgeCount(0, 0, deleted, 0)), isWhole && areGone);
            foreach (var rows in dead.Where(_ => isLast && areGone).Select(pair => pair.Row).GroupBy(row => row.PartitionKey, StringComparer.Ordinal).SelectMany(page => page.Chunk(TableLimits.BatchRows)))
            {
                await DropAsync(rows).ConfigureAwait(false);
            }

            dead.Clear();
        }

        async ValueTask DropAsync(IReadOnlyList<TableRow> rows)
        {
            if (rows.Count > 0)
            {
                var isDropped = await tables.TryDeleteAllAsync(StorageNames.LedgerTable, rows, cancellationToken).ConfigureAwait(false);
                (count, isWhole) = (count.Plus(new RunPurgeCount(isDropped ? rows.Count : 0, 0, 0, 0)), isWhole && isDropped);
            }
        }
    }

    // The letter of a dead chunk's row; one that was taken over has its letter under the generation in which it died.
    private DeadLetterRecord? RecordOf(TableRow row, Dictionary<StageKey, string> names) =>
        row.Values.ContainsKey(ChunkEnd.CategoryColumn) && row.PartitionKey.Split(':') is [var run, var generation, var stage, _]
        && new StageKey(run, int.Parse(generation, CultureInfo.InvariantCulture), int.Parse(stage, CultureInfo.InvariantCulture)) is var key
        && names.TryGetValue(key, out var name) && ChunkEnd.From(row) is { Generation: 0 } end
            ? ChunkLetters.RecordOf(key, name, end, time.GetUtcNow())
            : null;
}
