namespace Celerity.Stages.Planning;

/// <summary>Decides how many records a chunk has that is to take a time.</summary>
internal static class ChunkSizing
{
    public const double MinSeconds = 0.1;
    public const double MaxSeconds = 300;

    private const int Smallest = 100;

    /// <summary>The size, to two digits: what is measured is not more exact.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="pace">How fast the stage was, or <see langword="null"/> where that is not known.</param>
    /// <returns>100 to 1,000,000 records; the asked size where no pace is known.</returns>
    public static int For(DatasetSource source, StagePace? pace)
    {
        if (source.TargetChunkSeconds is not { } target || pace is not { Records: > 0, Seconds: > 0 } known)
        {
            return source.ChunkSize;
        }

        var size = Math.Clamp(target * known.Records / known.Seconds, Smallest, DatasetSource.MaxChunkSize);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(size)) - 1);
        return (int)Math.Min(DatasetSource.MaxChunkSize, Math.Round(size / unit) * unit);
    }
}
