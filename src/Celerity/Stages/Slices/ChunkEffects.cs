using Celerity.Stages.Ledger;

namespace Celerity.Stages.Slices;

/// <summary>
/// What follows from chunks having ended: the records of the dead ones, and the count of their page. Made from the ledger's rows, after
/// them; each may be repeated, and is, by every delivery that finds its chunks ended.
/// </summary>
internal sealed class ChunkEffects(StageLedger ledger, ChunkDeadLetters deadLetters)
{
    /// <summary>Makes the effects of chunks that have ended.</summary>
    /// <param name="message">The slice they are of.</param>
    /// <param name="ended">Their rows.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> AfterEndAsync(SliceMessage message, IEnumerable<ChunkEnd> ended, CancellationToken cancellationToken)
    {
        foreach (var end in ended.Where(end => end.IsDead))
        {
            await deadLetters.WriteAsync(message, end, cancellationToken).ConfigureAwait(false);
        }

        return await ledger.CountAsync(message.Key(), message.Layout, message.Layout.PageOf(message.First), cancellationToken).ConfigureAwait(false);
    }
}
