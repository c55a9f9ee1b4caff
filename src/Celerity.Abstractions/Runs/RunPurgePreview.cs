namespace Celerity;

/// <summary>What a purge of many would do.</summary>
/// <param name="Looked">How many runs fit the filter, of those that were looked at.</param>
/// <param name="Affected">How many of them have ended, and would go.</param>
/// <param name="Sample">The ids of some of those, up to 10.</param>
/// <param name="IsPartial">Whether there are more than were looked at.</param>
public sealed record RunPurgePreview(int Looked, int Affected, IReadOnlyList<string> Sample, bool IsPartial);
