namespace Celerity;

/// <summary>What died.</summary>
public enum DeadLetterKind
{
    /// <summary>A task.</summary>
    Task,

    /// <summary>A chunk of a stage.</summary>
    Chunk,

    /// <summary>A message that nobody could read.</summary>
    Message,
}
