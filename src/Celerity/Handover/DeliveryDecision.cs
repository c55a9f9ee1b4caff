namespace Celerity.Handover;

/// <summary>What to do with a delivered message, given its subject's control row.</summary>
internal enum DeliveryAction
{
    /// <summary>An orphan twin, or somebody else's: drop it.</summary>
    Drop,

    /// <summary>Claim it and run.</summary>
    Claim,

    /// <summary>Its lease was lost, or its process died while it ran: claim it again, and count that.</summary>
    ClaimAfterCrash,

    /// <summary>It is claimed by this very pass: the reply to the claim was lost. Run.</summary>
    Run,

    /// <summary>Its subject has ended: repeat the effects of the stored outcome, then drop it.</summary>
    RepeatEffects,
}

/// <summary>The hand-over table of <c>docs/state-machine.md</c>.</summary>
internal static class DeliveryDecision
{
    public static DeliveryAction For(Handed message, ControlClaim claimant, ControlRow? row)
    {
        if (row is null)
        {
            return DeliveryAction.Claim;
        }

        if (row.End is not null)
        {
            return DeliveryAction.RepeatEffects;
        }

        if (message.Seq < row.Seq || (message.Seq == row.Seq && message.Delivery != row.Delivery))
        {
            return DeliveryAction.Drop;
        }

        return message.Seq > row.Seq || row.Claim is not { } claim ? DeliveryAction.Claim : ForClaimed(claimant, claim);
    }

    private static DeliveryAction ForClaimed(ControlClaim claimant, ControlClaim claim)
    {
        if (claim.Pass == claimant.Pass)
        {
            return DeliveryAction.Run;
        }

        // A lower count never takes a claim from a higher one: it has lost its lease.
        if (claim.MessageId != claimant.MessageId || claimant.DequeueCount < claim.DequeueCount)
        {
            return DeliveryAction.Drop;
        }

        return claimant.DequeueCount == claim.DequeueCount ? DeliveryAction.Claim : DeliveryAction.ClaimAfterCrash;
    }
}
