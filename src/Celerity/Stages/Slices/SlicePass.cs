using Celerity.Stages.Admission;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>
/// One pass over a slice as it was published: look what is left of it, run that, hand over what failed, write the ledger, publish the slice
/// that this one's end lets through, count.
/// </summary>
internal sealed class SlicePass(
    StageLedger ledger, StageAdmission admission, StageDeferrals deferrals, ChunkWork work, ChunkHandover handover, ChunkSettlement settlement, SlicePublisher publisher, ChunkEffects effects, ChunkEvents events)
{
    // A slice that comes this often may hold a chunk that kills the process: its chunks go on alone, so that it takes no others along and its crashes are counted.
    private const int ExplodeAt = 3;

    /// <summary>Runs one delivery.</summary>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> RunAsync(SliceMessage message, QueueItem item, IStageRunner stage, CancellationToken cancellationToken)
    {
        var all = Enumerable.Range(message.First, message.Last - message.First + 1).ToList();
        var deliveries = message.Crashes + item.DequeueCount;
        var turns = admission.Begin(message);
        message = message with { Crashes = 0, Starts = [] };
        if (await turns.IsHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            return await DeferAsync(isAgain: message.Again).ConfigureAwait(false);
        }

        var isFirst = deliveries <= 1 && !message.Again;
        var (ended, open) = isFirst ? ([], all) : await LookAsync(message, cancellationToken).ConfigureAwait(false);
        if (open.Count > 0 && deliveries >= ExplodeAt)
        {
            await ExplodeAsync(message, open, cancellationToken).ConfigureAwait(false);
            open = [];
        }

        var isOnly = false;
        while (open.Count > 0)
        {
            var outcomes = await work.RunAsync(message, stage, open, turns, cancellationToken).ConfigureAwait(false);
            var ends = await settlement.SettleAsync(message, stage, outcomes, cancellationToken).ConfigureAwait(false);
            if (ends.Count == 0 || await ledger.TryInsertAsync(message.Key(), message.Layout, ends, cancellationToken).ConfigureAwait(false))
            {
                isOnly = isFirst && ends.Count > 0;
                ended = [.. ended, .. ends];
                await events.EndedAsync(message, ends).ConfigureAwait(false);
                if (outcomes.Count == open.Count)
                {
                    break;
                }

                // The slice has not ended: nothing is let through by it yet. Its dead are told now, for the rest may wait for long.
                _ = ends.Any(end => end.IsDead) && await effects.AfterEndAsync(message, ends, cancellationToken).ConfigureAwait(false);
                return await DeferAsync(isAgain: message.Again || outcomes.Count > 0).ConfigureAwait(false);
            }

            // A twin was faster, or this is the lost reply to our own insert: what is still missing is run for itself.
            isFirst = false;
            (ended, open) = await LookAsync(message, cancellationToken).ConfigureAwait(false);
        }

        await publisher.PublishNextAsync(message, isOnly, cancellationToken).ConfigureAwait(false);
        return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);

        // A new message is counted anew by its queue, so it says how often this slice has come: it may hold a chunk that kills the process.
        async ValueTask<bool> DeferAsync(bool isAgain)
        {
            var next = message with { Again = isAgain || deliveries > 1, Crashes = (int)Math.Min(deliveries - 1, ExplodeAt) };
            await deferrals.SendAsync(next, turns.Later!, cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Sends every open chunk of a slice on by itself.</summary>
    public async ValueTask ExplodeAsync(SliceMessage message, IReadOnlyList<int> open, CancellationToken cancellationToken)
    {
        foreach (var chunk in open)
        {
            await handover.SendFirstAsync(message.ForChunk(chunk) with { Crashes = 0 }, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
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
