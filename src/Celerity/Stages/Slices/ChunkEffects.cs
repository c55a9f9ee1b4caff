using System.Text;
using Celerity.DeadLetters;
using Celerity.Stages.Ledger;

namespace Celerity.Stages.Slices;

/// <summary>
/// What follows from chunks having ended: the records of the dead ones, and the count of their page. Made from the ledger's rows, after
/// them; each may be repeated, and is, by every delivery that finds its chunks ended.
/// </summary>
internal sealed class ChunkEffects(StageLedger ledger, DeadLetterStore deadLetters, ChunkLetters letters, TimeProvider time)
{
    /// <summary>Makes the effects of chunks that have ended.</summary>
    /// <param name="message">The slice they are of.</param>
    /// <param name="ended">Their rows, each once.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> AfterEndAsync(SliceMessage message, IReadOnlyCollection<ChunkEnd> ended, CancellationToken cancellationToken)
    {
        await TellAsync(message, ended, cancellationToken).ConfigureAwait(false);
        return await ledger.CountAsync(message.Key(), message.Layout, message.Layout.PageOf(message.First), ended, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure of the letters of a message's dead chunks, by the ledger.</summary>
    public async ValueTask TellDeadAsync(SliceMessage message, CancellationToken cancellationToken) => await TellAsync(
        message,
        await ledger.FindAsync(message.Key(), message.Layout, message.First, message.Last, cancellationToken).ConfigureAwait(false),
        cancellationToken).ConfigureAwait(false);

    private async ValueTask TellAsync(SliceMessage message, IEnumerable<ChunkEnd> ended, CancellationToken cancellationToken)
    {
        // One that was taken over has its letter, under the generation in which it died.
        foreach (var end in ended.Where(end => end is { IsDead: true, Generation: 0 }))
        {
            await deadLetters.AddAsync(await DeadLetterOfAsync(message, end, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<DeadLetterRecord> DeadLetterOfAsync(SliceMessage slice, ChunkEnd end, CancellationToken cancellationToken)
    {
        // The failures have a column of their own.
        var message = slice.ForChunk(end.Chunk) with { Attempt = end.Attempt, Crashes = end.Crashes, Failures = [] };
        var earlier = await letters.FindEarlierAsync(slice.Key(), end.Chunk, cancellationToken).ConfigureAwait(false);
        return ChunkLetters.RecordOf(slice.Key(), slice.Name, end, time.GetUtcNow()) with
        {
            Body = Encoding.UTF8.GetBytes(message.Encode()),
            ReplayOf = earlier?.Letter,
            Replays = earlier?.Replays ?? 0,
        };
    }
}
