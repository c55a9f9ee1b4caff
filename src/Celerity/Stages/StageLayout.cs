namespace Celerity.Stages;

/// <summary>How a stage's chunks lie in slices and pages. A slice never crosses a page, so that its ledger rows are one transaction.</summary>
/// <param name="ChunkCount">0 and up.</param>
/// <param name="ChunksPerSlice">1 to <see cref="MaxChunksPerSlice"/>.</param>
/// <param name="ChunksPerPage">1 and up.</param>
internal sealed record StageLayout(int ChunkCount, int ChunksPerSlice, int ChunksPerPage)
{
    public const int MaxChunksPerSlice = 32;

    public const int MaxChunkCount = 1_000_000;

    private int SlicesPerPage => (ChunksPerPage + ChunksPerSlice - 1) / ChunksPerSlice;

    public int PageCount => (ChunkCount + ChunksPerPage - 1) / ChunksPerPage;

    public int SliceCount
    {
        get
        {
            var rest = ChunkCount % ChunksPerPage;
            return (ChunkCount / ChunksPerPage * SlicesPerPage) + ((rest + ChunksPerSlice - 1) / ChunksPerSlice);
        }
    }

    /// <summary>How many slices so many chunks make, at least.</summary>
    public int SlicesOf(int chunks) => (int)(((long)chunks + ChunksPerSlice - 1) / ChunksPerSlice);

    public int PageOf(int chunk) => chunk / ChunksPerPage;

    /// <summary>The chunks of a page: the first, and how many.</summary>
    public (int First, int Count) ChunksOfPage(int page)
    {
        var first = page * ChunksPerPage;
        return (first, Math.Min(ChunksPerPage, ChunkCount - first));
    }

    /// <summary>The chunks of a slice: the first and the last.</summary>
    public (int First, int Last) ChunksOfSlice(int slice)
    {
        var first = (slice / SlicesPerPage * ChunksPerPage) + (slice % SlicesPerPage * ChunksPerSlice);
        var (pageFirst, pageCount) = ChunksOfPage(PageOf(first));
        return (first, Math.Min(first + ChunksPerSlice, pageFirst + pageCount) - 1);
    }

    public int SliceOf(int chunk) => (PageOf(chunk) * SlicesPerPage) + (chunk % ChunksPerPage / ChunksPerSlice);
}
