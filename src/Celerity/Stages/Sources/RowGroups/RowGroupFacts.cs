namespace Celerity.Stages.Sources.RowGroups;

/// <summary>Where the columns that are read of a row group lie.</summary>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Parts">The columns' bytes, in the order of the file; neighbours as one.</param>
internal sealed record RowGroupFacts(int Rows, IReadOnlyList<(long Offset, long Length)> Parts)
{
    /// <summary>Gets how many bytes are read.</summary>
    public long Bytes => Parts.Sum(part => part.Length);
}
