using System.Text.Json;

namespace Celerity.Runs;

/// <summary>A run as its status URL shows it.</summary>
internal sealed record RunView
{
    public required string Id { get; init; }

    public required string Pipeline { get; init; }

    public required RunState State { get; init; }

    /// <summary>Gets since when it is suspended.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }

    public required int Generation { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the run whose request it took, where it was cloned.</summary>
    public string? CloneOf { get; init; }

    /// <summary>Gets when the generation ends as failed, if it has not ended by then.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets its generations after the first, in order: what each did again, and how the one before it had ended.</summary>
    public required IReadOnlyList<GenerationView> Generations { get; init; }

    /// <summary>Gets the sum over all stages.</summary>
    public required ProgressView Progress { get; init; }

    public required IReadOnlyList<StageView> Stages { get; init; }

    /// <summary>Gets why the run failed, and the first of its dead chunks.</summary>
    public required IReadOnlyList<FailureView> Failures { get; init; }

    /// <summary>Gets what it was started with.</summary>
    public JsonElement? Request { get; init; }

    /// <summary>Gets what the pipeline returned, once it has succeeded.</summary>
    public JsonElement? Result { get; init; }
}

/// <summary>How far chunks and records are.</summary>
/// <param name="ChunksDone">Chunks that have ended, dead ones included.</param>
/// <param name="ChunksTotal">All chunks, 0 before the plan is done.</param>
/// <param name="ChunksFailed">Chunks that ended as dead letters.</param>
/// <param name="RecordsDone">Records read, rejected ones included.</param>
/// <param name="RecordsTotal">All records; 0 where the dataset is cut by bytes.</param>
/// <param name="RecordsRejected">Records set aside.</param>
internal sealed record ProgressView(long ChunksDone, long ChunksTotal, long ChunksFailed, long RecordsDone, long RecordsTotal, long RecordsRejected)
{
    public static ProgressView None { get; } = new(0, 0, 0, 0, 0, 0);

    public static ProgressView operator +(ProgressView left, ProgressView right) => new(
        left.ChunksDone + right.ChunksDone,
        left.ChunksTotal + right.ChunksTotal,
        left.ChunksFailed + right.ChunksFailed,
        left.RecordsDone + right.RecordsDone,
        left.RecordsTotal + right.RecordsTotal,
        left.RecordsRejected + right.RecordsRejected);
}

/// <summary>A generation of a run after its first.</summary>
/// <param name="Generation">Its number, 2 and up.</param>
/// <param name="Restart">What it did again: what failed, a stage and those after it, or one chunk.</param>
/// <param name="Stage">The stage's number, where it is about one.</param>
/// <param name="Chunk">The chunk's number, where it is about one.</param>
/// <param name="Who">Who asked for it.</param>
/// <param name="Why">And why.</param>
/// <param name="At">And when.</param>
/// <param name="Before">How the generation before had ended.</param>
/// <param name="BeforeErrorCode">The code of what failed it, if anything did.</param>
internal sealed record GenerationView(
    int Generation, RestartKind Restart, int? Stage, int? Chunk, string Who, string Why, DateTimeOffset At, RunState Before, string? BeforeErrorCode)
{
    public static GenerationView Of(RunGeneration generation) => new(
        generation.Number,
        generation.Restart.Kind,
        generation.Restart.Kind == RestartKind.Failed ? null : generation.Restart.Stage,
        generation.Restart.Kind == RestartKind.Chunk ? generation.Restart.Chunk : null,
        generation.Who,
        generation.Why,
        generation.At,
        generation.Before,
        generation.BeforeErrorCode);
}

/// <summary>A failure: of the run, or of one chunk.</summary>
internal sealed record FailureView(string? Code, string Message, int? Stage = null, int? Chunk = null, ErrorCategory? Category = null);
