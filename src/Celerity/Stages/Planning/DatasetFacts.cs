namespace Celerity.Stages.Planning;

/// <summary>What was found of a dataset when it was cut.</summary>
/// <param name="ETag">Its version; every read insists on it.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Columns">Its columns; empty for NDJSON.</param>
internal sealed record DatasetFacts(string ETag, long Length, IReadOnlyList<string> Columns)
{
    /// <summary>Gets the facts of a stage that was planned before they were kept.</summary>
    public static DatasetFacts Unknown { get; } = new("", 0, []);
}
