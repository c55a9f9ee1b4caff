using Celerity.Handover;

namespace Celerity.Tasks;

/// <summary>Sends a task on without running it: out of a pack, out of a poison queue, with its id written, or because the app stops.</summary>
/// <remarks>Its message may have been claimed, so it is a hand-over like any other; the crash that a standing claim means is counted.</remarks>
internal sealed class TaskResend(ControlRows rows, TaskHandover handover, TaskSettlement settlement)
{
    public async ValueTask SendAsync(TaskPass pass, CancellationToken cancellationToken)
    {
        var row = await rows.FindAsync(pass.Key, cancellationToken).ConfigureAwait(false);
        var verdict = DeliveryDecision.For(pass.Stamp, row, pass.Id);
        switch (verdict)
        {
            case DeliveryVerdict.Drop:
                return;
            case DeliveryVerdict.RepeatEffects:
                await settlement.RepeatEffectsAsync(pass, row!, cancellationToken).ConfigureAwait(false);
                return;
        }

        var held = pass with { Held = row };
        var current = rows.Current(pass.Stamp, row, pass.Fresh, isAfterCrash: verdict == DeliveryVerdict.ClaimAfterCrash);
        if (current.Crashes >= TaskRules.MaxCrashes)
        {
            await settlement.EndAsync(held, current, TaskVerdict.Crashed(current), cancellationToken).ConfigureAwait(false);
            return;
        }

        await handover.SendNextAsync(held, current, TaskVerdict.PutBack(current), cancellationToken).ConfigureAwait(false);
    }
}
