namespace Celerity.Runs.Purging;

/// <summary>Adds up what was deleted.</summary>
internal static class PurgeCounts
{
    public static RunPurgeCount Plus(this RunPurgeCount left, RunPurgeCount right) =>
        new(left.Rows + right.Rows, left.Blobs + right.Blobs, left.Letters + right.Letters, left.Instances + right.Instances);
}
