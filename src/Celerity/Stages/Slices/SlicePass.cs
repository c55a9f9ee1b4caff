using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>
/// One pass over a slice as it was published: look what is left of it, run that, hand over what failed, write the ledger, publish the slice
/// that this one's end lets through, count.
/// </summary>
internal sealed class SlicePass(
    StageLedger ledger, ChunkWork work, ChunkHandover handover, ChunkSettlement settlement, SlicePublisher publisher, ChunkEffects effects)
{
    // A slice that comes this often may hold a chunk that kills the process: its chunks go on alone, so that it takes no others along and its crashes are counted.
    private const int ExplodeAt = 3;

    /// <summary>Runs one delivery.</summary>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> RunAsync(SliceMessage message, QueueItem item, IStageRunner stage, CancellationToken cancellationToken)
    {
        var all = Enumerable.Range(message.First, message.Last - message.First + 1).ToList();
        var isFirst = item.DequeueCount <= 1 && !message.Again;
        var (ended, open) = isFirst ? ([], all) : await LookAsync(message, cancellationToken).ConfigureAwait(false);
        if (open.Count > 0 && item.DequeueCount >= ExplodeAt)
        {
            await ExplodeAsync(message, open, cancellationToken).ConfigureAwait(false);
            open = [];
        }

        var isOnly = false;
        while (open.Count > 0)
        {
            var outcomes = await work.RunAsync(message, stage, open, cancellationToken).ConfigureAwait(false);
            var ends = await settlement.SettleAsync(message, stage, outcomes, cancellationToken).ConfigureAwait(false);
            if (ends.Count == 0 || await ledger.TryInsertAsync(message.Key(), message.Layout, ends, cancellationToken).ConfigureAwait(false))
            {
                isOnly = isFirst && ends.Count > 0;
                ended = [.. ended, .. ends];
                break;
            }

            // A twin was faster, or this is the lost reply to our own insert: what is still missing is run for itself.
            isFirst = false;
            (ended, open) = await LookAsync(message, cancellationToken).ConfigureAwait(false);
        }

        await publisher.PublishNextAsync(message, isOnly, cancellationToken).ConfigureAwait(false);
        return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends every open chunk of a slice on by itself.</summary>
    public async ValueTask ExplodeAsync(SliceMessage message, IReadOnlyList<int> open, CancellationToken cancellationToken)
    {
        foreach (var chunk in open)
        {
            await handover.SendFirstAsync(message.ForChunk(chunk), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks which chunks of a slice have ended, and which have neither ended nor gone on by themselves.</summary>
    public async ValueTask<(IReadOnlyList<ChunkEnd> Ended, List<int> Open)> LookAsync(SliceMessage message, CancellationToken cancellationToken)
    {
        var (key, first, last) = (message.Key(), message.First, message.Last);
        var ended = await ledger.FindAsync(key, message.Layout, first, last, cancellationToken).ConfigureAwait(false);
        var open = Enumerable.Range(first, last - first + 1).Except(ended.Select(end => end.Chunk)).ToList();
        if (open.Count > 0)
        {
            var left = await handover.FindLeftAsync(key, first, last, cancellationToken).ConfigureAwait(false);
            open.RemoveAll(left.Contains);
        }

        return (ended, open);
    }
}
