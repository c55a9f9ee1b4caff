using System.Buffers;

namespace Celerity.Stages.Planning;

/// <summary>Cuts a stream of records into chunks of so many records, one pass, in flat memory.</summary>
/// <param name="stream">The dataset from <paramref name="start"/> on.</param>
/// <param name="start">The first byte, record and line to come: a record boundary.</param>
/// <param name="chunkSize">Records a chunk.</param>
/// <param name="scanner">Finds where records end.</param>
internal sealed class RecordCutter(Stream stream, CutPosition start, int chunkSize, RecordScanner scanner) : IChunkCutter
{
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private RecordScanner _scanner = scanner;
    private int _head;
    private int _filled;
    private bool _ended;
    private long _recordBytes;
    private bool _recordIsBlank = true;

    public CutPosition Position { get; private set; } = start;

    public async ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken)
    {
        var from = Position;
        var linesBefore = _scanner.LineBreaks;
        long bytes = 0;
        var records = 0;
        while (records < chunkSize)
        {
            if (!TryTakeRecord(out var length, out var blank))
            {
                if (!_ended)
                {
                    await FillAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                // The last record may lack its line break.
                length = _recordBytes;
                blank = _recordIsBlank;
                _recordBytes = 0;
                _recordIsBlank = true;
                if (length == 0)
                {
                    break;
                }
            }

            bytes += length;
            records += blank ? 0 : 1;
        }

        if (bytes == 0)
        {
            return null;
        }

        var lines = (int)(_scanner.LineBreaks - linesBefore);
        Position = new CutPosition(from.Offset + bytes, from.Record + records, from.Line == 0 ? 0 : from.Line + lines);
        return new ChunkEntry(from.Offset, bytes, from.Record, records, from.Line, lines);
    }

    public async ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryTakeRecord(out long length, out bool blank)
    {
        var data = _buffer.AsSpan(_head, _filled - _head);
        var end = _scanner.FindEnd(data);
        var seen = end < 0 ? data : data[..end];
        _recordBytes += seen.Length;
        // Blank means a line break alone, with or without its carriage return.
        _recordIsBlank &= _recordBytes <= 2 && seen.IndexOfAnyExcept((byte)'\r', (byte)'\n') < 0;
        _head += seen.Length;
        length = _recordBytes;
        blank = _recordIsBlank;
        if (end < 0)
        {
            return false;
        }

        _recordBytes = 0;
        _recordIsBlank = true;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _head = 0;
        _filled = await stream.ReadAtLeastAsync(_buffer, 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _ended = _filled == 0;
    }
}

/// <summary>A record boundary: the offset of the next byte, and the numbers of the next record and line, from 1; line 0 where lines say nothing.</summary>
internal readonly record struct CutPosition(long Offset, long Record, long Line);
