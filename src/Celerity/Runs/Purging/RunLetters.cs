using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Storage;

namespace Celerity.Runs.Purging;

/// <summary>Deletes the dead letters of a run's chunks, in whatever state they are. Their keys follow from the ledger's rows.</summary>
internal sealed class RunLetters(DeadLetterStore letters, ActionStore actions, ITableStore tables)
{
    /// <summary>Deletes letters by the records that they were made of.</summary>
    /// <returns>How many, and whether none is left: not those that a replay or purge of letters is at, nor what somebody else has just changed.</returns>
    public async ValueTask<(int Deleted, bool AreGone)> DeleteAsync(IEnumerable<DeadLetterRecord> records, CancellationToken cancellationToken)
    {
        var (deleted, areGone) = (0, true);
        foreach (var group in records.Select(record => record.Key).GroupBy(key => key.Group, StringComparer.Ordinal))
        {
            foreach (var keys in group.Chunk(DeadLetterStore.MaxChanged))
            {
                var found = await FindAsync(keys, cancellationToken).ConfigureAwait(false);
                var atWork = await actions.FindAtWorkAsync(found.Select(row => row.Letter.Action).OfType<string>(), cancellationToken).ConfigureAwait(false);
                var free = found.Where(row => !atWork.Contains(row.Letter.Action ?? "")).ToList();
                areGone &= free.Count == found.Count;
                if (free.Count == 0)
                {
                    continue;
                }

                var isDone = await letters.TryMarkGoneAsync(free, action: null, cancellationToken).ConfigureAwait(false) is { } gone
                    && await letters.TryDropAsync(gone, cancellationToken).ConfigureAwait(false);
                areGone &= isDone;
                deleted += isDone ? free.Count : 0;
            }
        }

        return (deleted, areGone);
    }

    // With those that are marked as gone: whoever deleted them may have died before their rows went.
    private async ValueTask<List<DeadLetterRow>> FindAsync(IEnumerable<DeadLetterKey> keys, CancellationToken cancellationToken)
    {
        var found = new List<DeadLetterRow>();
        foreach (var key in keys)
        {
            if (await tables.FindAsync(StorageNames.DeadLettersTable, key.Group, key.RowKey, cancellationToken).ConfigureAwait(false) is { } row)
            {
                found.Add(DeadLetterRow.From(row));
            }
        }

        return found;
    }
}
