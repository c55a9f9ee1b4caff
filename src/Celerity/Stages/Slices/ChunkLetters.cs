using Celerity.DeadLetters;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>
/// The dead letters of chunks. One of a chunk that a later generation runs again says so, and the chunk's next letter, if it dies again, names
/// it: for that a note lies with the new generation.
/// </summary>
internal sealed class ChunkLetters(DeadLetterStore letters, ITableStore tables, TimeProvider time)
{
    private const int MaxRounds = 10;

    /// <summary>Makes the record of a chunk that died, without its message.</summary>
    public static DeadLetterRecord RecordOf(StageKey key, string stage, ChunkEnd end, DateTimeOffset now)
    {
        var last = end.Failures is [.., var failure] ? failure : null;
        return new DeadLetterRecord
        {
            Id = key.ChunkId(end.Chunk),
            Kind = DeadLetterKind.Chunk,
            Run = key.Run,
            Stage = stage,
            Chunk = end.Chunk,
            Queue = StorageNames.ChunksQueue,
            Category = end.Category!.Value,
            Reason = end.Reason ?? "",
            At = last?.At ?? now,
            Host = last?.Host ?? Environment.MachineName,
            Attempt = end.Attempt,
            Crashes = end.Crashes,
            Failures = end.Failures,
            Body = default,
        };
    }

    /// <summary>Says of chunks that died, in their letters and with the new generation, that they are run again.</summary>
    /// <param name="key">The stage that runs them again.</param>
    /// <param name="dead">Them, each with the stage that it died in.</param>
    /// <param name="stage">The stage type's name.</param>
    /// <param name="action">The id of what asked for it.</param>
    /// <param name="cancellationToken">Stops the wait; to do it again does no harm.</param>
    public async ValueTask MarkRepeatedAsync(
        StageKey key, IReadOnlyList<(StageKey Was, ChunkEnd End)> dead, string stage, string action, CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            var found = new List<DeadLetterRow>();
            foreach (var (was, end) in dead)
            {
                // One that was purged is nobody's any more.
                if (await letters.FindAsync(RecordOf(was, stage, end, time.GetUtcNow()).Key, cancellationToken).ConfigureAwait(false) is { } letter)
                {
                    found.Add(letter);
                    var note = new TableRow(key.ControlPartition, NoteKey(end.Chunk), new Dictionary<string, object>
                    {
                        ["letter"] = letter.Letter.Id,
                        ["replays"] = letter.Letter.Replays + 1,
                    });
                    _ = await tables.TryInsertAsync(StorageNames.LedgerTable, note, cancellationToken).ConfigureAwait(false);
                }
            }

            if (await TryMarkAsync(key, found, action, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            if (round == MaxRounds)
            {
                throw new InvalidOperationException($"The dead letters of the stage {key} were changed by others {MaxRounds} times in a row.");
            }
        }
    }

    /// <summary>Finds the letter of a chunk that died in an earlier generation, and how many replays that makes.</summary>
    public async ValueTask<(string Letter, int Replays)?> FindEarlierAsync(StageKey key, int chunk, CancellationToken cancellationToken) =>
        key.Generation > 1
        && await tables.FindAsync(StorageNames.LedgerTable, key.ControlPartition, NoteKey(chunk), cancellationToken).ConfigureAwait(false) is { } note
            ? (note.FindString("letter")!, note.GetInt32("replays"))
            : null;

    // Behind the control rows of chunks, whose keys are digits.
    private static string NoteKey(int chunk) => $"was-{ChunkEnd.RowKeyOf(chunk)}";

    private async ValueTask<bool> TryMarkAsync(StageKey key, List<DeadLetterRow> found, string action, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var group in found.Where(row => row.Letter.State != DeadLetterState.Replayed).GroupBy(row => row.Letter.Group, StringComparer.Ordinal))
        {
            foreach (var batch in TableBatches.Cut(group, row => row.ToTableRow()).SelectMany(batch => batch.Chunk(DeadLetterStore.MaxChanged)))
            {
                if (await letters.TryChangeAsync(batch, Marked, cancellationToken).ConfigureAwait(false) is null)
                {
                    return false;
                }
            }
        }

        return true;

        DeadLetterRow Marked(DeadLetterRow row) => row with
        {
            Letter = row.Letter with
            {
                State = DeadLetterState.Replayed,
                Action = action,
                ReplayedAs = key.ChunkId(row.Letter.Chunk!.Value),
                ReplayedAt = now,
            },
        };
    }
}
