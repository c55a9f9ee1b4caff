namespace Celerity.LocalRuntime.Queues;

/// <summary>What becomes of a message.</summary>
internal enum MessageVerdict
{
    Run,
    Delete,

    /// <summary>Made visible again after the configured delay.</summary>
    Retry,

    /// <summary>Copied to the poison queue, then deleted.</summary>
    Poison,

    /// <summary>Left alone: it stays hidden until its lease runs out.</summary>
    Leave,
}

/// <summary>The host's rules, as functions of the dequeue count of this receive.</summary>
internal static class MessageVerdicts
{
    public static MessageVerdict BeforeRun(long dequeueCount, int maxDequeueCount, bool hasPoisonQueue) =>
        dequeueCount > maxDequeueCount && hasPoisonQueue ? MessageVerdict.Poison : MessageVerdict.Run;

    public static MessageVerdict Undecodable(bool hasPoisonQueue) =>
        hasPoisonQueue ? MessageVerdict.Poison : MessageVerdict.Leave;

    public static MessageVerdict AfterFailure(long dequeueCount, int maxDequeueCount, bool hasPoisonQueue) =>
        !hasPoisonQueue ? MessageVerdict.Leave
        : dequeueCount >= maxDequeueCount ? MessageVerdict.Poison
        : MessageVerdict.Retry;
}
