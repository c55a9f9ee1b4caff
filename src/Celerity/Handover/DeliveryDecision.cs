namespace Celerity.Handover;

/// <summary>The hand-over table of <c>docs/state-machine.md</c>, line by line.</summary>
internal static class DeliveryDecision
{
    /// <summary>Judges a delivery against the task's control row.</summary>
    /// <param name="message">The delivery.</param>
    /// <param name="row">The row, or <see langword="null"/> where there is none.</param>
    /// <param name="attemptId">The pass that asks.</param>
    public static DeliveryVerdict For(DeliveryStamp message, ControlRow? row, string attemptId)
    {
        if (row is null)
        {
            return DeliveryVerdict.Claim;
        }

        if (row.Ending is not null)
        {
            return DeliveryVerdict.RepeatEffects;
        }

        if (message.Seq < row.Seq || (message.Seq == row.Seq && message.Delivery != row.Delivery))
        {
            return DeliveryVerdict.Drop;
        }

        return message.Seq > row.Seq || row.Claim is null ? DeliveryVerdict.Claim : AgainstClaim(message, row.Claim, attemptId);
    }

    private static DeliveryVerdict AgainstClaim(DeliveryStamp message, Claim claim, string attemptId)
    {
        if (claim.AttemptId == attemptId)
        {
            return DeliveryVerdict.Resume;
        }

        // The original of a poison message is gone, so whatever message the claim names, no other delivery will go on with it.
        if (message.MessageId is null)
        {
            return DeliveryVerdict.ClaimAfterCrash;
        }

        // An equal count is the same delivery started again: its pass broke off, which counts like any other crash.
        return message.MessageId != claim.MessageId || message.DequeueCount < claim.DequeueCount
            ? DeliveryVerdict.Drop
            : DeliveryVerdict.ClaimAfterCrash;
    }
}
