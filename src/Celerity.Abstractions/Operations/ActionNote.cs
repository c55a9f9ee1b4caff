namespace Celerity;

/// <summary>Who changes something while the app runs, and why. It is kept in the audit.</summary>
/// <param name="Who">A name for people, at most 200 characters; the rest is cut off.</param>
/// <param name="Why">The reason, at most 1,000 characters; the rest is cut off.</param>
public sealed record ActionNote(string Who, string Why = "");
