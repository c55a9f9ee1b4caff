using System.Text;
using Celerity.DeadLetters;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>
/// What follows from chunks having ended: the records of the dead ones, and the count of their page. Made from the ledger's rows, after
/// them; each may be repeated, and is, by every delivery that finds its chunks ended.
/// </summary>
internal sealed class ChunkEffects(StageLedger ledger, DeadLetterStore deadLetters, TimeProvider time)
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
            await deadLetters.AddAsync(DeadLetterOf(message, end), cancellationToken).ConfigureAwait(false);
        }

        return await ledger.CountAsync(message.Key(), message.Layout, message.Layout.PageOf(message.First), cancellationToken).ConfigureAwait(false);
    }

    private DeadLetterRecord DeadLetterOf(SliceMessage slice, ChunkEnd end)
    {
        // The failures have a column of their own.
        var message = slice.ForChunk(end.Chunk) with { Attempt = end.Attempt, Crashes = end.Crashes, Failures = [] };
        var last = end.Failures is [.., var failure] ? failure : null;
        return new DeadLetterRecord
        {
            Id = slice.Key().ChunkId(end.Chunk),
            Kind = DeadLetterKind.Chunk,
            Run = slice.Run,
            Stage = slice.Name,
            Chunk = end.Chunk,
            Queue = StorageNames.ChunksQueue,
            Category = end.Category!.Value,
            Reason = end.Reason ?? "",
            At = last?.At ?? time.GetUtcNow(),
            Host = last?.Host ?? Environment.MachineName,
            Attempt = end.Attempt,
            Crashes = end.Crashes,
            Failures = end.Failures,
            Body = Encoding.UTF8.GetBytes(message.Encode()),
        };
    }
}
