namespace Celerity.Stages.Planning;

/// <summary>What planning a stage came to. It travels between the stage's activities; the chunks themselves lie in the manifest.</summary>
internal sealed record StagePlan
{
    public required StageKey Key { get; init; }

    /// <summary>Gets the stage type's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what is read: the dataset, or the copy that was made of it.</summary>
    public required DatasetSource Source { get; init; }

    /// <summary>Gets the version of the dataset that was planned; every read insists on it.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the dataset's length in bytes.</summary>
    public required long Length { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }

    public required StageLayout Layout { get; init; }

    /// <summary>Gets how many records were counted; 0 where cut by bytes.</summary>
    public required long Records { get; init; }

    /// <summary>Gets how many slices are published ahead.</summary>
    public required int Window { get; init; }

    public required Tolerance Tolerance { get; init; }

    /// <summary>Gets whether nothing is left to run: all chunks were taken over.</summary>
    public bool IsComplete { get; init; }
}

/// <summary>What a planning step is asked for.</summary>
/// <param name="Key">The stage.</param>
/// <param name="Name">The stage type's name.</param>
/// <param name="Source">The dataset.</param>
/// <param name="Tolerance">How much may go wrong.</param>
/// <param name="Cursor">Where the step before stopped to cut, or <see langword="null"/>.</param>
/// <param name="Takeover">Where the step before stopped to take chunks over, or <see langword="null"/>.</param>
internal sealed record PlanRequest(
    StageKey Key, string Name, DatasetSource Source, Tolerance Tolerance, PlanCursor? Cursor, TakeoverCursor? Takeover = null);

/// <summary>Where planning goes on.</summary>
/// <param name="ETag">The version of the dataset.</param>
/// <param name="Length">Its length.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Position">The next chunk's start.</param>
/// <param name="Chunks">How many were cut: always whole manifest pages.</param>
/// <param name="ChunksPerSlice">Settled with the first page.</param>
internal sealed record PlanCursor(
    string ETag, long Length, IReadOnlyList<string> Columns, CutPosition Position, int Chunks, int ChunksPerSlice)
{
    /// <summary>Gets what is read: the dataset, or the copy that was made of it; <see langword="null"/> in a cursor of an earlier version, for the dataset.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>Gets the blob that <see cref="Position"/> lies in, where the dataset has several.</summary>
    public ChunkBlob? Blob { get; init; }

    /// <summary>Gets the last range that was cut, of a source of the user's.</summary>
    public string? After { get; init; }
}

/// <summary>Where taking over goes on.</summary>
/// <param name="Page">The next page.</param>
/// <param name="Slices">The slices found to be run so far, a bit each.</param>
internal sealed record TakeoverCursor(int Page, byte[] Slices);

/// <summary>What a planning step gave: exactly one of the five.</summary>
internal sealed record PlanStep
{
    /// <summary>Gets where to go on cutting, or <see langword="null"/>.</summary>
    public PlanCursor? Cursor { get; init; }

    /// <summary>Gets where to go on taking over, or <see langword="null"/>.</summary>
    public TakeoverCursor? Takeover { get; init; }

    /// <summary>Gets the plan, when it is done.</summary>
    public StagePlan? Plan { get; init; }

    /// <summary>Gets why there can be no plan.</summary>
    public StageFault? Fault { get; init; }

    /// <summary>Gets whether nothing was done, as the run is suspended.</summary>
    public bool IsHeld { get; init; }
}
