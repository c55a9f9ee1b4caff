namespace Celerity;

/// <summary>How a circuit stands.</summary>
public enum CircuitState
{
    /// <summary>Its tasks run.</summary>
    Closed,

    /// <summary>Its tasks are held, at no attempt.</summary>
    Open,

    /// <summary>A few of its tasks run as probes, the others are held.</summary>
    HalfOpen,
}
