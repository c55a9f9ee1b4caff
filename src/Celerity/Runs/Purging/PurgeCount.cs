namespace Celerity.Runs.Purging;

/// <summary>What was deleted of a run.</summary>
/// <param name="Rows">Table rows, letters not among them.</param>
/// <param name="Blobs">Blobs.</param>
/// <param name="Letters">Dead letters of its chunks.</param>
/// <param name="Instances">Orchestration instances.</param>
internal readonly record struct PurgeCount(int Rows, int Blobs, int Letters, int Instances)
{
    public static PurgeCount operator +(PurgeCount left, PurgeCount right) =>
        new(left.Rows + right.Rows, left.Blobs + right.Blobs, left.Letters + right.Letters, left.Instances + right.Instances);
}
