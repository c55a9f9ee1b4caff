namespace Microsoft.DurableTask.Abstractions;

/// <summary>Compares versions of orchestrations.</summary>
public static class TaskOrchestrationVersioningUtils
{
    /// <summary>Compares as numbers (<c>1.10</c> is after <c>1.9</c>) where both are, else as text; no version is before any.</summary>
    public static int CompareVersions(string sourceVersion, string otherVersion) =>
        (string.IsNullOrWhiteSpace(sourceVersion), string.IsNullOrWhiteSpace(otherVersion)) switch
        {
            (true, true) => 0,
            (true, false) => -1,
            (false, true) => 1,
            _ => Version.TryParse(sourceVersion, out var source) && Version.TryParse(otherVersion, out var other)
                ? source.CompareTo(other)
                : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase),
        };
}
