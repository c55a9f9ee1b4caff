using Celerity.Runs;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.DeadLetters.Actions;

/// <summary>Replays a page of letters.</summary>
/// <remarks>
/// A letter is marked first, with the task that it will be: whoever else would replay it finds that. Then its task is sent as Reserved, under an id that
/// follows from the action and the letter. What dies in between is made again by the action's next step, as the same task. A chunk's run is started
/// again under the action's id, which excludes all others; what marks the letter is the run when it takes up its chunks.
/// </remarks>
internal sealed class Replay(DeadLetterStore store, ReplayMessages messages, ChunkReplays chunks, BackgroundTasks sender, TimeProvider time)
{
    /// <summary>Gets how many tasks are sent at the same time.</summary>
    public int ParallelSends { get; init; } = 8;

    /// <summary>What came of a page.</summary>
    /// <param name="Tasks">The tasks it was sent as, in order, then the chunks that run again.</param>
    /// <param name="SetAside">How many letters have died again too often.</param>
    /// <param name="Reasons">Why some could not be replayed, one each.</param>
    /// <param name="NextAt">When the next may be sent.</param>
    public sealed record Outcome(IReadOnlyList<string> Tasks, int SetAside, IReadOnlyList<string> Reasons, DateTimeOffset NextAt);

    /// <summary>Replays letters.</summary>
    /// <returns><see langword="null"/> where one was changed by somebody else: nothing of it was sent, the page is to be read again.</returns>
    public async ValueTask<Outcome?> RunAsync(
        ActionRow action, IReadOnlyList<DeadLetterRow> rows, TimeSpan? interval, DateTimeOffset nextAt, CancellationToken cancellationToken)
    {
        var sends = new List<Send>();
        var aside = new List<DeadLetterRow>();
        var reasons = new List<string>();
        var repeated = new List<string>();
        var made = new Dictionary<string, RunGeneration>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (IsTooOften(action, row.Letter))
            {
                aside.Add(row);
                continue;
            }

            try
            {
                if (row.Letter.Kind == DeadLetterKind.Chunk)
                {
                    repeated.Add(await chunks.ReplayAsync(action, row.Letter, made, cancellationToken).ConfigureAwait(false));
                    continue;
                }

                var dueAt = interval is null ? (DateTimeOffset?)null : nextAt;
                var (envelope, message) = await messages.MakeAsync(action.Id, row.Letter, action.Options.Payload, dueAt, cancellationToken).ConfigureAwait(false);
                sends.Add(new Send(row, envelope, message));
                nextAt += interval ?? TimeSpan.Zero;
            }
            catch (CelerityException exception)
            {
                reasons.Add(exception.Message);
            }
        }

        if (!await TryMarkAsync(action, [.. sends.Select(send => send.Letter), .. aside], cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var tasks = new string[sends.Count];
        await Parallel.ForEachAsync(
            sends.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelSends, CancellationToken = cancellationToken },
            async (send, stop) => tasks[send.Index] = await SendAsync(send.Item, stop).ConfigureAwait(false)).ConfigureAwait(false);
        return new Outcome([.. tasks, .. repeated], aside.Count, reasons, nextAt);
    }

    /// <summary>Whether a letter is to be set aside by a replay of many: whoever names one letter wants it.</summary>
    public static bool IsTooOften(ActionRow action, DeadLetter letter) => action.Letter is null && letter.Replays >= action.Options.MaxReplays;

    private ValueTask<bool> TryMarkAsync(ActionRow action, IReadOnlyList<DeadLetterRow> rows, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return store.TryChangeAllAsync(rows.Where(row => row.Letter.Action != action.Id), Marked, cancellationToken);

        DeadLetterRow Marked(DeadLetterRow row) => row with
        {
            Letter = IsTooOften(action, row.Letter)
                ? row.Letter with { State = DeadLetterState.SetAside, Action = action.Id }
                : row.Letter with
                {
                    State = DeadLetterState.Replayed,
                    Action = action.Id,
                    ReplayedAs = ReplayMessages.IdOf(action.Id, row.Letter),
                    ReplayedAt = now,
                },
        };
    }

    private async ValueTask<string> SendAsync(Send send, CancellationToken cancellationToken)
    {
        var sent = await sender.SendAgainAsync(send.Envelope, send.Row, cancellationToken).ConfigureAwait(false);
        if (sent.Id != send.Row.Id && await store.FindAsync(send.Letter.Key, cancellationToken).ConfigureAwait(false) is { } letter)
        {
            // Its unique key is held by a task that was sent before: that one runs in its place.
            _ = await store.TryChangeAsync(
                [letter], row => row with { Letter = row.Letter with { ReplayedAs = sent.Id } }, cancellationToken).ConfigureAwait(false);
        }

        return sent.Id;
    }

    private sealed record Send(DeadLetterRow Letter, TaskEnvelope Envelope, SendRow Row);
}
