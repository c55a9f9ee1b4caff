using System.Buffers;
using Celerity.Stages.Planning;
using Celerity.Stages.Records;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Reads the bytes of a slice's chunks: one request a blob where they fit into memory together, one a chunk where not.</summary>
internal sealed class SliceContent : IAsyncDisposable
{
    /// <summary>The longest record that a chunk cut by bytes may end with.</summary>
    private const int MaxTailBytes = 4 * 1024 * 1024;

    private const int FirstTailBytes = 64 * 1024;

    private readonly IBlobStore _blobs;
    private readonly SlicePlaces _places;
    private readonly SliceRows _rows;
    private readonly SliceMessage _message;
    private byte[]? _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private long _filledFrom;
    private long _filledTo;
    private int _filledBlob;
    private int _last;
    private Stream? _large;

    public SliceContent(IBlobStore blobs, SlicePlaces places, ChunkSources sources, SliceMessage message)
    {
        (_blobs, _places, _message) = (blobs, places, message);
        _rows = new SliceRows(blobs, _places, sources, message);
    }

    /// <summary>Reads all chunks from <paramref name="first"/> to <paramref name="last"/> ahead, where they fit.</summary>
    /// <exception cref="BlobGoneException">The dataset is missing or has changed since it was planned.</exception>
    public async ValueTask TryPrefetchAsync(int first, int last, CancellationToken cancellationToken)
    {
        if (HasRows)
        {
            return;
        }

        _last = last;
        var from = EntryOf(first);
        var to = EntryOf(LastOfBlob(first));
        if (to.End - from.Offset <= ChunkContent.BufferLimitBytes)
        {
            try
            {
                await FillAsync(from, to.End, cancellationToken).ConfigureAwait(false);
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
        if (HasRows)
        {
            return await _rows.ReadAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        if (entry.Length > ChunkContent.BufferLimitBytes && _message.Source.ChunkBy == ChunkBy.Records)
        {
            await DisposeLargeAsync().ConfigureAwait(false);
            _large = await OpenAsync(entry, entry.Offset, entry.Length, cancellationToken).ConfigureAwait(false);
            return new ChunkContent(entry, default, _large) { BlobName = await _places.FindNameAsync(entry, cancellationToken).ConfigureAwait(false) };
        }

        if (!Covers(entry) && chunk > _message.First && !IsSameBlob(EntryOf(chunk - 1), entry))
        {
            await TryPrefetchAsync(chunk, Math.Max(chunk, _last), cancellationToken).ConfigureAwait(false);
        }

        if (!Covers(entry))
        {
            await FillAsync(entry, entry.End, cancellationToken).ConfigureAwait(false);
        }

        return new ChunkContent(entry, Slice(entry)) { BlobName = await _places.FindNameAsync(entry, cancellationToken).ConfigureAwait(false) };
    }

    public async ValueTask DisposeAsync()
    {
        ReturnBuffer();
        await _rows.DisposeAsync().ConfigureAwait(false);
        await DisposeLargeAsync().ConfigureAwait(false);
    }

    private bool HasRows => _message.Source is { Format: DatasetFormat.Parquet } or { ChunkSource: not null };

    private ChunkEntry EntryOf(int chunk) => _message.Chunks[chunk - _message.First];

    // Cut by bytes, a buffer serves only the chunks it was filled for: another's last record may lie outside of it.
    private bool Covers(ChunkEntry entry) =>
        _buffer is not null && (entry.Blob?.Number ?? 0) == _filledBlob && entry.Offset >= _filledFrom && entry.End <= _filledTo;

    private bool IsBlobStart(ChunkEntry entry) =>
        entry.Blob is { } blob ? entry.Offset == blob.Start : _message.First == 0 && entry.Offset == _message.Chunks[0].Offset;

    private static bool IsSameBlob(ChunkEntry one, ChunkEntry other) => one.Blob?.Number == other.Blob?.Number;

    private int LastOfBlob(int chunk)
    {
        var entry = EntryOf(chunk);
        while (chunk < _last && IsSameBlob(EntryOf(chunk + 1), entry))
        {
            chunk++;
        }

        return chunk;
    }

    private ReadOnlyMemory<byte> Slice(ChunkEntry entry)
    {
        if (_message.Source.ChunkBy == ChunkBy.Records)
        {
            return _buffer.AsMemory((int)(entry.Offset - _bufferStart), (int)entry.Length);
        }

        var from = RecordStart(entry.Offset, _places.LengthOf(entry));
        return _buffer.AsMemory(from, RecordStart(entry.End, _places.LengthOf(entry)) - from);
    }

    // Cut by bytes: a record belongs to the chunk that holds its first byte, so a boundary moves to behind the first line break at or after
    // the byte before it.
    private int RecordStart(long boundary, long blobLength)
    {
        if (boundary >= blobLength)
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

    private async ValueTask FillAsync(ChunkEntry first, long to, CancellationToken cancellationToken)
    {
        var (from, length) = (first.Offset, _places.LengthOf(first));
        (_filledFrom, _filledTo, _filledBlob) = (from, to, first.Blob?.Number ?? 0);
        if (_message.Source.ChunkBy == ChunkBy.Records)
        {
            await ReadAsync(first, from, to - from, cancellationToken).ConfigureAwait(false);
            return;
        }

        // One byte before tells whether a record starts right at the boundary; the tail holds the end of the last record.
        var start = IsBlobStart(first) ? from : from - 1;
        for (var tail = FirstTailBytes; ; tail *= 4)
        {
            var end = Math.Min(length, to + tail);
            await ReadAsync(first, start, end - start, cancellationToken).ConfigureAwait(false);
            var last = (int)(to - 1 - start);
            if (end == length || _buffer.AsSpan(last, _bufferLength - last).Contains((byte)'\n'))
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

    private async ValueTask ReadAsync(ChunkEntry entry, long from, long length, CancellationToken cancellationToken)
    {
        ReturnBuffer();
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        _buffer = buffer;
        _bufferStart = from;
        var stream = await OpenAsync(entry, from, length, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, (int)length), cancellationToken).ConfigureAwait(false);
        }

        _bufferLength = (int)length;
    }

    private async ValueTask<Stream> OpenAsync(ChunkEntry entry, long from, long length, CancellationToken cancellationToken)
    {
        var (source, etag) = await _places.FindAsync(entry, cancellationToken).ConfigureAwait(false);
        return await _blobs.OpenReadAsync(source.Container, source.Blob, from, length, etag, cancellationToken).ConfigureAwait(false);
    }

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
