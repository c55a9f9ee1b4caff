namespace Celerity;

/// <summary>How much may go wrong in a stage before it fails. Within it, a run with errors ends as <c>SucceededWithErrors</c>.</summary>
public sealed record Tolerance
{
    /// <summary>Gets the default: no failed chunk, 1 percent of the records rejected.</summary>
    public static Tolerance Default { get; } = new();

    /// <summary>Gets the share of chunks that may end as dead letters.</summary>
    /// <value>0 to 1. The default is 0.</value>
    public double FailedChunkShare { get; init; }

    /// <summary>Gets how many chunks may end as dead letters, whatever their share.</summary>
    /// <value>0 and up. The default is 0.</value>
    public int FailedChunks { get; init; }

    /// <summary>Gets the share of records that may be rejected.</summary>
    /// <value>0 to 1. The default is 0.01.</value>
    public double RejectedRecordShare { get; init; } = 0.01;

    /// <summary>Gets how many records may be rejected, whatever their share.</summary>
    /// <value>0 and up. The default is 0.</value>
    public long RejectedRecords { get; init; }
}
