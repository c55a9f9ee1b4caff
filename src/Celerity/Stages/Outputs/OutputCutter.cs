using Celerity.Stages.Planning;

namespace Celerity.Stages.Outputs;

/// <summary>
/// Cuts what a stage wrote by its list, reading none of it: pieces that lie side by side, up to the chunk size; of Parquet each for itself. The offset of a position
/// is the next chunk of that stage.
/// </summary>
internal sealed class OutputCutter(OutputList list, OutputName name, OutputHead head, int chunkSize, CutPosition start) : IChunkCutter
{
    private Queue<(int Page, OutputRun Run, int Index)> _pieces = [];
    private int _nextPage = (int)(start.Offset / head.ChunksPerPage);

    public CutPosition Position { get; private set; } = start;

    public async ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken)
    {
        while (_pieces.Count == 0)
        {
            if (_nextPage == head.Pages)
            {
                return null;
            }

            var page = await list.ReadPageAsync(name.Key, _nextPage, cancellationToken).ConfigureAwait(false);
            _pieces = new(
                from run in page.Of(name)
                from index in Enumerable.Range(0, run.Pieces.Count)
                where run.Pieces[index].Chunk >= Position.Offset
                select (_nextPage, run, index));
            _nextPage++;
        }

        var (listed, of, first) = _pieces.Dequeue();
        var piece = of.Pieces[first];
        while (piece.Group is null && _pieces.TryPeek(out var next) && next.Run == of && of.Pieces[next.Index] is var follower
            && follower.Offset == piece.End && piece.Records + follower.Records <= chunkSize)
        {
            _pieces.Dequeue();
            piece = piece with { Chunk = follower.Chunk, Length = piece.Length + follower.Length, Records = piece.Records + follower.Records };
        }

        var record = Position.Record;
        Position = new CutPosition(piece.Chunk + 1L, record + piece.Records, 0);
        return new ChunkEntry(piece.Offset, piece.Length, record, piece.Records, 0, 0)
        {
            Blob = new ChunkBlob(of.Number, listed, Start: 0, of.BlobLength, IsStaged: false),
            Group = piece.Group,
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
