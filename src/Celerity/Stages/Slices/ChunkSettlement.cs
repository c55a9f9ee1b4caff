using Celerity.Stages.Ledger;
using Celerity.Stages.Outputs;

namespace Celerity.Stages.Slices;

/// <summary>Turns what running chunks gave into ledger rows; chunks that failed and may be tried again leave their slice.</summary>
internal sealed class ChunkSettlement(ChunkHandover handover, ChunkVerdicts verdicts, ChunkEvents events, Partials partials, Rejects rejects)
{
    /// <summary>Settles the outcomes of one pass over a slice.</summary>
    /// <returns>The rows to insert, in chunk order, for the chunks that have ended.</returns>
    public async ValueTask<IReadOnlyList<ChunkEnd>> SettleAsync(
        SliceMessage message, IStageRunner stage, IReadOnlyList<ChunkOutcome> outcomes, CancellationToken cancellationToken)
    {
        var kept = await rejects.WriteAsync(message.Key(), outcomes, cancellationToken).ConfigureAwait(false);
        var joined = outcomes.Count == message.Chunks.Count ? TryJoin(stage, outcomes) : null;
        var ends = new List<ChunkEnd>(outcomes.Count);
        foreach (var outcome in outcomes)
        {
            var end = outcome.Failure is { } failure
                ? await FailAsync(message.ForChunk(outcome.Chunk), stage, failure, outcome.Duration, cancellationToken).ConfigureAwait(false)
                : await EndAsync(message, outcome, kept, keepPartial: joined is null, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Makes the row of a chunk that ran by itself and succeeded.</summary>
    public async ValueTask<ChunkEnd> SucceedAsync(SliceMessage message, ChunkOutcome outcome, CancellationToken cancellationToken)
    {
        var kept = await rejects.WriteAsync(message.Key(), [outcome], cancellationToken).ConfigureAwait(false);
        return await EndAsync(message, outcome, kept, keepPartial: true, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ChunkEnd> EndAsync(
        SliceMessage message, ChunkOutcome outcome, IReadOnlyDictionary<int, OutputPiece> kept, bool keepPartial, CancellationToken cancellationToken)
    {
        var end = new ChunkEnd
        {
            Chunk = outcome.Chunk,
            Records = outcome.Records,
            Rejected = outcome.Rejected,
            Attempt = message.Attempt,
            Output = outcome.Output,
            Rejects = kept.GetValueOrDefault(outcome.Chunk),
            Duration = outcome.Duration,
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

    private async ValueTask<ChunkEnd?> FailAsync(
        SliceMessage chunk, IStageRunner stage, Exception failure, TimeSpan? duration, CancellationToken cancellationToken)
    {
        var verdict = verdicts.For(chunk, stage.Retry, failure, duration);
        if (verdict.End is { } end)
        {
            return end;
        }

        await handover.SendFirstAsync(verdict.Next!, verdict.Delay, cancellationToken).ConfigureAwait(false);
        await events.RetriedAsync(verdict).ConfigureAwait(false);
        return null;
    }
}
