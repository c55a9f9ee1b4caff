namespace Celerity;

/// <summary>A failure: of the run, or of one chunk.</summary>
/// <param name="Code">The code of <c>docs/errors.md</c>, where it has one.</param>
/// <param name="Message">What happened.</param>
/// <param name="Stage">The stage's number, where it is of a chunk.</param>
/// <param name="Chunk">The chunk's number, where it is of one.</param>
/// <param name="Category">What kind of failure ended the chunk.</param>
public sealed record RunFailureView(string? Code, string Message, int? Stage = null, int? Chunk = null, ErrorCategory? Category = null);
