using Celerity.Stages.Planning;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>Cuts a Parquet file into its row groups, one a chunk. The offset of a position counts row groups.</summary>
internal sealed class RowGroupCutter(RowGroupFile file, CutPosition start) : IChunkCutter
{
    public CutPosition Position { get; private set; } = start;

    public ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken)
    {
        while (Position.Offset < file.GroupCount)
        {
            var (index, record) = ((int)Position.Offset, Position.Record);
            var group = file.FindGroup(index);
            Position = Position with { Offset = index + 1, Record = record + group.Rows };
            if (group.Rows > 0)
            {
                var offset = group.Parts is [var first, ..] ? first.Offset : 0;
                return ValueTask.FromResult<ChunkEntry?>(new ChunkEntry(offset, group.Bytes, record, group.Rows, 0, 0) { Group = index });
            }
        }

        return ValueTask.FromResult<ChunkEntry?>(null);
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
