namespace Celerity.Schedules;

/// <summary>What was decided of a due time.</summary>
internal enum FiringKind
{
    /// <summary>Its task is sent, or its run started.</summary>
    Fired,

    /// <summary>Nothing: what was fired before had not ended.</summary>
    Overlapped,

    /// <summary>Nothing: it was missed, alone or with others before it.</summary>
    Missed,
}
