namespace Celerity;

/// <summary>How much a dead letter matters.</summary>
public enum Severity
{
    /// <summary>Somebody may look at it some day.</summary>
    Low,

    /// <summary>Somebody should look at it.</summary>
    Medium,

    /// <summary>Somebody should look at it today.</summary>
    High,

    /// <summary>Somebody must look at it now.</summary>
    Critical,
}
