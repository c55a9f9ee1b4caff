using Celerity.Stages.Planning;

namespace Celerity.Stages.Combining;

/// <summary>What a combining step is asked for.</summary>
/// <param name="Plan">The stage's plan.</param>
/// <param name="Page">The first ledger page that is not, or not all, in the total.</param>
/// <param name="Total">The blob with the total so far, or <see langword="null"/> at the start.</param>
internal sealed record CombineRequest(StagePlan Plan, int Page, string? Total)
{
    /// <summary>Gets the first chunk that is not in the total, a slice's first; 0 where that is the page's first.</summary>
    public int Chunk { get; init; }
}

/// <summary>What a combining step gave: where to go on, the stage's end, or why it failed.</summary>
internal sealed record CombineStep
{
    public CombineRequest? Next { get; init; }

    public StageEnd? End { get; init; }

    /// <summary>Gets whether what the stage wrote is to be listed next.</summary>
    public bool WritesRecords { get; init; }

    public StageFault? Fault { get; init; }

    /// <summary>Gets whether nothing was done, as the run is suspended.</summary>
    public bool IsHeld { get; init; }
}

/// <summary>A stage's end.</summary>
/// <param name="Result">The result, as JSON.</param>
/// <param name="Records">How many records were read, rejected ones included.</param>
/// <param name="Rejected">How many of them were rejected.</param>
/// <param name="FailedChunks">How many chunks are dead.</param>
internal sealed record StageEnd(string Result, long Records, long Rejected, int FailedChunks);
