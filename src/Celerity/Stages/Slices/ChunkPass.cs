using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>One pass over a chunk that goes its own way: look whether it has ended, claim it, run it, and write its end or hand it over.</summary>
internal sealed class ChunkPass(
    StageLedger ledger, ChunkWork work, ChunkHandover handover, ChunkVerdicts verdicts, ChunkSettlement settlement, ChunkEffects effects)
{
    private const int MaxCrashes = 3;

    /// <summary>Runs one delivery.</summary>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> RunAsync(SliceMessage message, QueueItem item, IStageRunner stage, CancellationToken cancellationToken)
    {
        if (await FindEndAsync(message, cancellationToken).ConfigureAwait(false) is { Count: > 0 } ended)
        {
            return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
        }

        if (await handover.ClaimAsync(message, item, cancellationToken).ConfigureAwait(false) is not { } claim)
        {
            return false;
        }

        var current = message with { Crashes = claim.Crashes };
        if (await RunClaimedAsync(current, claim, stage, cancellationToken).ConfigureAwait(false) is not { } end)
        {
            return false;
        }

        await ledger.InsertMissingAsync(message.Key(), message.Layout, [end], cancellationToken).ConfigureAwait(false);

        // The row that is there decides, ours or an earlier one: the effects are made from it.
        ended = await FindEndAsync(message, cancellationToken).ConfigureAwait(false);
        return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ChunkEnd?> RunClaimedAsync(SliceMessage message, ChunkClaim claim, IStageRunner stage, CancellationToken cancellationToken)
    {
        if (claim.Crashes >= MaxCrashes)
        {
            return verdicts.Crashed(message);
        }

        var outcome = await WorkAsync(message, claim, stage, cancellationToken).ConfigureAwait(false);
        if (outcome.Failure is not { } failure)
        {
            return await settlement.SucceedAsync(message, outcome, keepPartial: true, cancellationToken).ConfigureAwait(false);
        }

        var verdict = verdicts.For(message, stage.Retry, failure);
        if (verdict.Next is { } next)
        {
            await handover.SendNextAsync(claim, next, verdict.Delay, cancellationToken).ConfigureAwait(false);
        }

        return verdict.End;
    }

    private async ValueTask<ChunkOutcome> WorkAsync(SliceMessage message, ChunkClaim claim, IStageRunner stage, CancellationToken cancellationToken)
    {
        var isDone = false;
        try
        {
            var outcomes = await work.RunAsync(message, stage, [message.First], cancellationToken).ConfigureAwait(false);
            isDone = true;
            return outcomes[0];
        }
        finally
        {
            if (!isDone)
            {
                // The app stops or the storage does not answer. The process lives: the next delivery must not count this as a crash.
                await handover.ReleaseAsync(message, claim).ConfigureAwait(false);
            }
        }
    }

    private ValueTask<IReadOnlyList<ChunkEnd>> FindEndAsync(SliceMessage message, CancellationToken cancellationToken) =>
        ledger.FindAsync(message.Key(), message.Layout, message.First, message.First, cancellationToken);
}
