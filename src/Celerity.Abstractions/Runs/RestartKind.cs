namespace Celerity;

/// <summary>How much of a run is done again.</summary>
public enum RestartKind
{
    /// <summary>What failed, and what was never reached.</summary>
    Failed,

    /// <summary>A stage and those after it, whole.</summary>
    Stage,

    /// <summary>One chunk that failed, and what was never reached.</summary>
    Chunk,
}
