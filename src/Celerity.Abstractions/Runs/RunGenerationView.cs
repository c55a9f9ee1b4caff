namespace Celerity;

/// <summary>A generation of a run after its first.</summary>
/// <param name="Generation">Its number, 2 and up.</param>
/// <param name="Restart">What it did again: what failed, a stage and those after it, or one chunk.</param>
/// <param name="Stage">The stage's number, where it is about one.</param>
/// <param name="Chunk">The chunk's number, where it is about one.</param>
/// <param name="Who">Who asked for it.</param>
/// <param name="Why">And why.</param>
/// <param name="At">And when.</param>
/// <param name="Before">How the generation before had ended.</param>
/// <param name="BeforeErrorCode">The code of what failed it, if anything did.</param>
public sealed record RunGenerationView(
    int Generation, RestartKind Restart, int? Stage, int? Chunk, string Who, string Why, DateTimeOffset At, RunState Before, string? BeforeErrorCode);
