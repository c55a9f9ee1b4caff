using Celerity.Stages.Ledger;

namespace Celerity.Stages.Combining;

/// <summary>Decides whether what went wrong in a stage is within its tolerance.</summary>
internal static class ToleranceCheck
{
    /// <summary>A count is allowed up to the larger of the absolute limit and the share of all.</summary>
    public static StageFault? FindFault(Tolerance tolerance, LedgerCount count)
    {
        var deadLimit = Math.Max(tolerance.FailedChunks, ShareOf(tolerance.FailedChunkShare, count.Chunks));
        if (count.Dead > deadLimit)
        {
            return new StageFault(
                ErrorCodes.ToleranceExceeded,
                $"{count.Dead:N0} of {count.Chunks:N0} chunks ended as dead letters; the tolerance is {deadLimit:N0}. The dead letters tell why.");
        }

        var rejectedLimit = Math.Max(tolerance.RejectedRecords, ShareOf(tolerance.RejectedRecordShare, count.Records));
        return count.Rejected > rejectedLimit
            ? new StageFault(
                ErrorCodes.ToleranceExceeded,
                $"{count.Rejected:N0} of {count.Records:N0} records were rejected; the tolerance is {rejectedLimit:N0}. The reject files tell each line and reason.")
            : null;
    }

    // In decimals: 0.29 of 100 is 29, and not the 28 that binary fractions round down to.
    private static long ShareOf(double share, long count) => double.IsNaN(share) ? 0 : (long)((decimal)Math.Clamp(share, 0, 1) * count);
}
