using System.Buffers;
using Celerity.Stages.Planning;
using Celerity.Stages.Records;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Reads the bytes of a slice's chunks: one request where they fit into memory together, one a chunk where not.</summary>
internal sealed class SliceContent : IAsyncDisposable
{
    /// <summary>The longest record that a chunk cut by bytes may end with.</summary>
    private const int MaxTailBytes = 4 * 1024 * 1024;

    private const int FirstTailBytes = 64 * 1024;

    private readonly IBlobStore _blobs;
    private readonly SliceMessage _message;
    private byte[]? _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private long _filledFrom;
    private long _filledTo;
    private Stream? _large;

    public SliceContent(IBlobStore blobs, SliceMessage message) => (_blobs, _message) = (blobs, message);

    /// <summary>Reads all chunks from <paramref name="first"/> to <paramref name="last"/> ahead, where they fit.</summary>
    /// <exception cref="BlobGoneException">The dataset is missing or has changed since it was planned.</exception>
    public async ValueTask TryPrefetchAsync(int first, int last, CancellationToken cancellationToken)
    {
        var (from, to) = (EntryOf(first).Offset, EntryOf(last).End);
        if (to - from <= ChunkContent.BufferLimitBytes)
        {
            try
            {
                await FillAsync(from, to, cancellationToken).ConfigureAwait(false);
            }
            catch (CelerityException)
            {
                // One chunk cannot be read: that is its own failure, told when it is its turn.
                ReturnBuffer();
            }
        }
    }

    /// <summary>Gets one chunk's content; valid until the next call.</summary>
    public async ValueTask<ChunkContent> GetAsync(int chunk, CancellationToken cancellationToken)
    {
        var entry = EntryOf(chunk);
        if (entry.Length > ChunkContent.BufferLimitBytes && _message.Source.ChunkBy == ChunkBy.Records)
        {
            await DisposeLargeAsync().ConfigureAwait(false);
            _large = await OpenAsync(entry.Offset, entry.Length, cancellationToken).ConfigureAwait(false);
            return new ChunkContent(entry, default, _large);
        }

        if (_buffer is null || !Covers(entry))
        {
            await FillAsync(entry.Offset, entry.End, cancellationToken).ConfigureAwait(false);
        }

        return new ChunkContent(entry, Slice(entry));
    }

    public async ValueTask DisposeAsync()
    {
        ReturnBuffer();
        await DisposeLargeAsync().ConfigureAwait(false);
    }

    private ChunkEntry EntryOf(int chunk) => _message.Chunks[chunk - _message.First];

    // Cut by bytes, a buffer serves only the chunks it was filled for: another's last record may lie outside of it.
    private bool Covers(ChunkEntry entry) => entry.Offset >= _filledFrom && entry.End <= _filledTo;

    private bool IsDatasetStart(long offset) => _message.First == 0 && offset == _message.Chunks[0].Offset;

    private ReadOnlyMemory<byte> Slice(ChunkEntry entry)
    {
        if (_message.Source.ChunkBy == ChunkBy.Records)
        {
            return _buffer.AsMemory((int)(entry.Offset - _bufferStart), (int)entry.Length);
        }

        var from = RecordStart(entry.Offset);
        return _buffer.AsMemory(from, RecordStart(entry.End) - from);
    }

    // Cut by bytes: a record belongs to the chunk that holds its first byte, so a boundary moves to behind the first line break at or after
    // the byte before it.
    private int RecordStart(long boundary)
    {
        if (boundary >= _message.Length)
        {
            return _bufferLength;
        }

        var at = (int)(boundary - _bufferStart);
        if (at == 0)
        {
            return 0;
        }

        var lineBreak = _buffer.AsSpan(at - 1, _bufferLength - at + 1).IndexOf((byte)'\n');
        return lineBreak < 0 ? _bufferLength : at + lineBreak;
    }

    private async ValueTask FillAsync(long from, long to, CancellationToken cancellationToken)
    {
        (_filledFrom, _filledTo) = (from, to);
        if (_message.Source.ChunkBy == ChunkBy.Records)
        {
            await ReadAsync(from, to - from, cancellationToken).ConfigureAwait(false);
            return;
        }

        // One byte before tells whether a record starts right at the boundary; the tail holds the end of the last record.
        var start = IsDatasetStart(from) ? from : from - 1;
        for (var tail = FirstTailBytes; ; tail *= 4)
        {
            var end = Math.Min(_message.Length, to + tail);
            await ReadAsync(start, end - start, cancellationToken).ConfigureAwait(false);
            var last = (int)(to - 1 - start);
            if (end == _message.Length || _buffer.AsSpan(last, _bufferLength - last).Contains((byte)'\n'))
            {
                return;
            }

            if (tail >= MaxTailBytes)
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange,
                    $"The record at byte {to:N0} is longer than {MaxTailBytes:N0} bytes. Check the dataset's line breaks.");
            }
        }
    }

    private async ValueTask ReadAsync(long from, long length, CancellationToken cancellationToken)
    {
        ReturnBuffer();
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        _buffer = buffer;
        _bufferStart = from;
        var stream = await OpenAsync(from, length, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, (int)length), cancellationToken).ConfigureAwait(false);
        }

        _bufferLength = (int)length;
    }

    private ValueTask<Stream> OpenAsync(long from, long length, CancellationToken cancellationToken) =>
        _blobs.OpenReadAsync(_message.Source.Container, _message.Source.Blob, from, length, _message.ETag, cancellationToken);

    private void ReturnBuffer()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask DisposeLargeAsync()
    {
        if (_large is { } large)
        {
            _large = null;
            await large.DisposeAsync().ConfigureAwait(false);
        }
    }
}
