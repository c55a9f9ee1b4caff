using Celerity.Stages.Ledger;

namespace Celerity.Stages.Slices;

/// <summary>Turns what running chunks gave into ledger rows; chunks that failed and may be tried again leave their slice.</summary>
internal sealed class ChunkSettlement(ChunkHandover handover, ChunkVerdicts verdicts, ChunkEvents events, Partials partials, Rejects rejects)
{
    /// <summary>Settles the outcomes of one pass over a slice.</summary>
    /// <returns>The rows to insert, in chunk order, for the chunks that have ended.</returns>
    public async ValueTask<IReadOnlyList<ChunkEnd>> SettleAsync(
        SliceMessage message, IStageRunner stage, IReadOnlyList<ChunkOutcome> outcomes, CancellationToken cancellationToken)
    {
        var joined = outcomes.Count == message.Chunks.Count ? TryJoin(stage, outcomes) : null;
        var ends = new List<ChunkEnd>(outcomes.Count);
        foreach (var outcome in outcomes)
        {
            var end = outcome.Failure is { } failure
                ? await FailAsync(message.ForChunk(outcome.Chunk), stage, failure, cancellationToken).ConfigureAwait(false)
                : await SucceedAsync(message, outcome, keepPartial: joined is null, cancellationToken).ConfigureAwait(false);
            if (end is not null)
            {
                ends.Add(end);
            }
        }

        if (joined is not null)
        {
            ends[0] = await partials.KeepAsync(message.Key(), ends[0], joined, outcomes.Count, cancellationToken).ConfigureAwait(false);
        }

        return ends;
    }

    /// <summary>Makes the row of a chunk that succeeded.</summary>
    public async ValueTask<ChunkEnd> SucceedAsync(
        SliceMessage message, ChunkOutcome outcome, bool keepPartial, CancellationToken cancellationToken)
    {
        await rejects.WriteAsync(message.Key(), outcome, cancellationToken).ConfigureAwait(false);
        var end = new ChunkEnd
        {
            Chunk = outcome.Chunk,
            Records = outcome.Records,
            Rejected = outcome.Rejected,
            Attempt = message.Attempt,
        };
        return keepPartial
            ? await partials.KeepAsync(message.Key(), end, outcome.Partial!, span: 1, cancellationToken).ConfigureAwait(false)
            : end;
    }

    // One partial result for the whole slice: fewer and smaller rows, and less to join at the end. Where the user's code cannot join them,
    // that shows at the end of the stage, with the partials kept one by one.
    private static byte[]? TryJoin(IStageRunner stage, IReadOnlyList<ChunkOutcome> outcomes)
    {
        if (outcomes.Any(outcome => outcome.Failure is not null))
        {
            return null;
        }

        try
        {
            return stage.Write(outcomes.Select(outcome => stage.Read(outcome.Partial!)).Aggregate(stage.Combine));
        }
        catch (CelerityException)
        {
            return null;
        }
    }

    private async ValueTask<ChunkEnd?> FailAsync(SliceMessage chunk, IStageRunner stage, Exception failure, CancellationToken cancellationToken)
    {
        var verdict = verdicts.For(chunk, stage.Retry, failure);
        if (verdict.End is { } end)
        {
            return end;
        }

        await handover.SendFirstAsync(verdict.Next!, verdict.Delay, cancellationToken).ConfigureAwait(false);
        await events.RetriedAsync(verdict).ConfigureAwait(false);
        return null;
    }
}
