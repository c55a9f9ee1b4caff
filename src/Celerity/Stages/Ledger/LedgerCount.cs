namespace Celerity.Stages.Ledger;

/// <summary>What has ended of a page or a stage.</summary>
/// <param name="Chunks">How many chunks.</param>
/// <param name="Dead">How many of them as dead letters.</param>
/// <param name="Records">How many records, rejected ones included.</param>
/// <param name="Rejected">How many records were rejected.</param>
internal readonly record struct LedgerCount(int Chunks, int Dead, long Records, long Rejected)
{
    public static LedgerCount operator +(LedgerCount left, LedgerCount right) => new(
        left.Chunks + right.Chunks, left.Dead + right.Dead, left.Records + right.Records, left.Rejected + right.Rejected);

    public LedgerCount Add(ChunkEnd end) => this + new LedgerCount(1, end.IsDead ? 1 : 0, end.Records, end.Rejected);
}
