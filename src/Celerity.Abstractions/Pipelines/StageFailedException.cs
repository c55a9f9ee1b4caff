namespace Celerity;

/// <summary>A stage could not be planned, was cancelled, or went beyond its tolerance.</summary>
/// <param name="code">The code of <c>docs/errors.md</c>.</param>
/// <param name="message">What happened, the limit, what to do.</param>
public sealed class StageFailedException(string code, string message) : CelerityException(code, message);
