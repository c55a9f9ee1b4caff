namespace Celerity.Stages.Outputs.Merging;

/// <summary>What a merging step is asked for.</summary>
/// <param name="Run">The run that merges.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Source">The output: <see cref="DatasetSource.Output"/>.</param>
/// <param name="Container">The container of the file.</param>
/// <param name="Blob">Its name.</param>
/// <param name="Cursor">Where the step before stopped, or <see langword="null"/>.</param>
internal sealed record MergeRequest(string Run, int Generation, string Source, string Container, string Blob, MergeCursor? Cursor = null);

/// <summary>Where merging goes on.</summary>
/// <param name="ETag">The version of the file that is written over, or <see langword="null"/> for none.</param>
/// <param name="Page">The next page of the output's list.</param>
/// <param name="Blocks">How many blocks are written.</param>
/// <param name="Bytes">How many bytes those have.</param>
/// <param name="Records">How many records.</param>
internal sealed record MergeCursor(string? ETag, int Page = 0, int Blocks = 0, long Bytes = 0, long Records = 0);

/// <summary>What a merging step gave: where to go on, the file, or why there can be none.</summary>
internal sealed record MergeStep
{
    public MergeCursor? Next { get; init; }

    public MergedFile? End { get; init; }

    public StageFault? Fault { get; init; }
}
