namespace Celerity.Handover;

/// <summary>What to do with a delivery.</summary>
internal enum DeliveryVerdict
{
    /// <summary>Claim it and run it.</summary>
    Claim,

    /// <summary>Its lease was lost or its process died while it ran: claim it again and count a crash.</summary>
    ClaimAfterCrash,

    /// <summary>This pass holds it already: the reply to its claim was lost.</summary>
    Resume,

    /// <summary>Another message carries the task, or another delivery of this one runs it.</summary>
    Drop,

    /// <summary>The task has ended: repeat the effects of the stored outcome, then drop.</summary>
    RepeatEffects,
}
