namespace Celerity.Stages.Planning;

/// <summary>What was found of a dataset when it was cut.</summary>
/// <param name="ETag">The version of the blob that is read, or of the copy that was made of it; every read insists on it. Empty where there are many blobs, each of which
/// has its own, and for a source of the app's own.</param>
/// <param name="Length">Its length in bytes; 0 where <paramref name="ETag"/> is empty.</param>
/// <param name="Columns">Its columns; empty for NDJSON.</param>
internal sealed record DatasetFacts(string ETag, long Length, IReadOnlyList<string> Columns)
{
    /// <summary>Gets the facts of a stage that was planned before they were kept.</summary>
    public static DatasetFacts Unknown { get; } = new("", -1, []);
}
