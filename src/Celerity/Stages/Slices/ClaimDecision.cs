namespace Celerity.Stages.Slices;

/// <summary>What to do with a delivery, given the chunk's control row.</summary>
internal enum ClaimDecision
{
    /// <summary>An orphan twin, or somebody else's: drop it.</summary>
    Drop,

    /// <summary>Claim it and run.</summary>
    Claim,

    /// <summary>Its lease was lost or its process died while it ran: claim it again, and count that.</summary>
    ClaimAfterCrash,

    /// <summary>It is ours already: the reply to our claim was lost.</summary>
    Run,
}

/// <summary>The hand-over table of <c>docs/state-machine.md</c>.</summary>
internal static class ClaimDecisions
{
    public static ClaimDecision For(SliceMessage message, string messageId, long dequeueCount, string pass, ChunkClaim row)
    {
        if (message.Seq < row.Seq || (message.Seq == row.Seq && message.Delivery != row.Delivery))
        {
            return ClaimDecision.Drop;
        }

        if (message.Seq > row.Seq || row.MessageId is null)
        {
            return ClaimDecision.Claim;
        }

        if (row.Pass == pass)
        {
            return ClaimDecision.Run;
        }

        if (row.MessageId != messageId || dequeueCount < row.DequeueCount)
        {
            return ClaimDecision.Drop;
        }

        return dequeueCount == row.DequeueCount ? ClaimDecision.Claim : ClaimDecision.ClaimAfterCrash;
    }
}
