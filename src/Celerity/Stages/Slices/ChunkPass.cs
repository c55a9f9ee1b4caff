using Celerity.Handover;
using Celerity.Stages.Admission;
using Celerity.Stages.Ledger;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Stages.Slices;

/// <summary>One pass over a chunk that goes its own way: look whether it has ended, claim it, run it, and write its end or hand it over.</summary>
internal sealed class ChunkPass(
    StageLedger ledger, StageAdmission admission, StageDeferrals deferrals, ChunkWork work, ChunkHandover handover, ChunkVerdicts verdicts, ChunkSettlement settlement, ChunkEffects effects, ChunkEvents events)
{
    /// <summary>Runs one delivery.</summary>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> RunAsync(SliceMessage message, QueueItem item, IStageRunner stage, CancellationToken cancellationToken)
    {
        // A later delivery claims first: that its process died is to be counted.
        var turns = admission.Begin(message);
        if (item.DequeueCount <= 1 && !await turns.MayBeginAsync(message.First, 1, cancellationToken).ConfigureAwait(false))
        {
            // Under the same delivery: of it and this message only one can claim.
            await deferrals.SendAsync(message, turns.Later!, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (await FindEndAsync(message, cancellationToken).ConfigureAwait(false) is { Count: > 0 } ended)
        {
            return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
        }

        var pass = Guid.NewGuid().ToString("N");
        try
        {
            return await handover.ClaimAsync(message, item, pass, cancellationToken).ConfigureAwait(false) is { } held
                && await RunClaimedAsync(message.As(held), held, stage, turns, cancellationToken).ConfigureAwait(false) is { } end
                && await EndAsync(message, end, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The app stops or the storage does not answer. The process lives: the next delivery must not count this as a crash.
            await handover.ReleaseAsync(message, pass).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Writes how a chunk ended, where no end is stored yet, and makes the effects of the one that is.</summary>
    /// <returns>Whether the whole stage has ended.</returns>
    public async ValueTask<bool> EndAsync(SliceMessage message, ChunkEnd end, CancellationToken cancellationToken)
    {
        await ledger.InsertMissingAsync(message.Key(), message.Layout, [end], cancellationToken).ConfigureAwait(false);

        // The row that is there decides, ours or an earlier one: the effects are made from it.
        var ended = await FindEndAsync(message, cancellationToken).ConfigureAwait(false);
        await events.EndedAsync(message, ended).ConfigureAwait(false);
        return await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ChunkEnd?> RunClaimedAsync(
        SliceMessage message, ControlRow held, IStageRunner stage, ChunkTurns turns, CancellationToken cancellationToken)
    {
        if (held.Crashes >= TaskRules.MaxCrashes)
        {
            return ChunkVerdicts.Crashed(message);
        }

        if (await work.RunAsync(message, stage, [message.First], turns, cancellationToken).ConfigureAwait(false) is not [var outcome])
        {
            await handover.DeferAsync(held, message, turns.Later!, cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (outcome.Failure is not { } failure)
        {
            return await settlement.SucceedAsync(message, outcome, keepPartial: true, cancellationToken).ConfigureAwait(false);
        }

        var verdict = verdicts.For(message, stage.Retry, failure);
        if (verdict.Next is { } next)
        {
            await handover.SendNextAsync(held, next, verdict.Delay, cancellationToken).ConfigureAwait(false);
            await events.RetriedAsync(verdict).ConfigureAwait(false);
        }

        return verdict.End;
    }

    private ValueTask<IReadOnlyList<ChunkEnd>> FindEndAsync(SliceMessage message, CancellationToken cancellationToken) =>
        ledger.FindAsync(message.Key(), message.Layout, message.First, message.First, cancellationToken);
}
