namespace Celerity.Stages.Planning;

/// <summary>Cuts by offsets alone, reading nothing. A chunk owns the records whose first byte lies in it.</summary>
internal sealed class ByteCutter(CutPosition start, long length, int chunkBytes) : IChunkCutter
{
    public CutPosition Position { get; private set; } = start;

    public ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken)
    {
        var offset = Position.Offset;
        if (offset >= length)
        {
            return ValueTask.FromResult<ChunkEntry?>(null);
        }

        var bytes = Math.Min(chunkBytes, length - offset);
        Position = new CutPosition(offset + bytes, 0, 0);
        return ValueTask.FromResult<ChunkEntry?>(new ChunkEntry(offset, bytes, 0, 0, 0, 0));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
