namespace Celerity;

/// <summary>What a schedule does when it is due while what it fired last has not ended.</summary>
public enum OverlapPolicy
{
    /// <summary>It does not fire; the due time is recorded as skipped.</summary>
    Skip,

    /// <summary>It fires as soon as the running one has ended. One due time waits at most; the others meanwhile are skipped.</summary>
    Queue,

    /// <summary>It revokes the running task, or cancels the running run, and fires without waiting for its end.</summary>
    Replace,

    /// <summary>It fires: several may run side by side.</summary>
    Allow,
}
