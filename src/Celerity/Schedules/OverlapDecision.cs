namespace Celerity.Schedules;

/// <summary>What to do when a schedule is due.</summary>
internal enum OverlapDecision
{
    /// <summary>Fire.</summary>
    Fire,

    /// <summary>Do not, and record it.</summary>
    Skip,

    /// <summary>Let it wait for the running one.</summary>
    Wait,

    /// <summary>Revoke the running one, then fire.</summary>
    Replace,
}

internal static class OverlapDecisions
{
    /// <summary>Decides by the policy, by whether what was fired last is running, and by whether a due time waits for its end.</summary>
    public static OverlapDecision Of(OverlapPolicy policy, bool isRunning, bool isOneWaiting) => policy switch
    {
        _ when isOneWaiting => OverlapDecision.Skip,
        _ when !isRunning => OverlapDecision.Fire,
        OverlapPolicy.Skip => OverlapDecision.Skip,
        OverlapPolicy.Queue => OverlapDecision.Wait,
        OverlapPolicy.Replace => OverlapDecision.Replace,
        OverlapPolicy.Allow => OverlapDecision.Fire,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, message: null),
    };
}
