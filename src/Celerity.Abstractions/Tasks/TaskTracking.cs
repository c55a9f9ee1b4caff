namespace Celerity;

/// <summary>How much is stored of a task, and what it costs in storage requests.</summary>
public enum TaskTracking
{
    /// <summary>Every state is visible and each attempt is claimed against twins: 5 requests a task. The default.</summary>
    Full,

    /// <summary>One row at its end, with its result: 3 requests.</summary>
    Result,

    /// <summary>A row only when it is handed over or dead-lettered: 2 requests.</summary>
    None,
}
