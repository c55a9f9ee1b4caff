using Celerity.Stages.Outputs;
using Celerity.Stages.Records;

namespace Celerity.Stages.Slices;

/// <summary>What running one chunk gave: a partial result or a failure.</summary>
internal sealed record ChunkOutcome
{
    public required int Chunk { get; init; }

    /// <summary>Gets the partial result, as JSON.</summary>
    public byte[]? Partial { get; init; }

    public Exception? Failure { get; init; }

    /// <summary>Gets how long it ran.</summary>
    public TimeSpan? Duration { get; init; }

    public int Records { get; init; }

    public int Rejected { get; init; }

    public IReadOnlyList<RejectedRecord> Rejects { get; init; } = [];

    /// <summary>Gets what it wrote; <see langword="null"/> once that is kept.</summary>
    public ChunkOutput? Written { get; init; }

    /// <summary>Gets where lies what it wrote, if anything.</summary>
    public OutputPiece? Output { get; init; }
}
