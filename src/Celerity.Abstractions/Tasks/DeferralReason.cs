namespace Celerity;

/// <summary>Why a task was put off, at no attempt.</summary>
public enum DeferralReason
{
    /// <summary>Its time has not come.</summary>
    NotDue,

    /// <summary>Its handler asked to be called later.</summary>
    Snoozed,

    /// <summary>Its queue, it itself or its run is paused.</summary>
    Paused,

    /// <summary>The circuit that it needs is not closed.</summary>
    CircuitOpen,

    /// <summary>As many run as may run at once.</summary>
    Concurrency,

    /// <summary>Its rate limit is used up for the moment.</summary>
    RateLimit,

    /// <summary>The process stops, or is asked to take no more.</summary>
    Stopping,
}
