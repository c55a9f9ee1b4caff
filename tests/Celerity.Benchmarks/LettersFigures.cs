namespace Celerity.Benchmarks;

/// <summary>What the dead-letter benchmark measured.</summary>
/// <param name="Letters">How many letters were kept.</param>
/// <param name="Steps">What was done with them.</param>
internal sealed record LettersFigures(int Letters, IReadOnlyList<LettersStep> Steps);

/// <summary>One thing that was done.</summary>
/// <param name="Name">What.</param>
/// <param name="Count">How many letters it gave or changed.</param>
/// <param name="Seconds">How long it took, through the counting proxy.</param>
/// <param name="Requests">How many storage requests it made.</param>
/// <param name="Megabytes">What the process held afterwards, after a collection.</param>
internal sealed record LettersStep(string Name, long Count, double Seconds, long Requests, double Megabytes);
