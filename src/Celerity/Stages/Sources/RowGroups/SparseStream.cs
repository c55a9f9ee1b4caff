namespace Celerity.Stages.Sources.RowGroups;

/// <summary>A file of which only some parts are here. To read any other is a fault of the file, which points to where it should not.</summary>
internal sealed class SparseStream(long length) : Stream
{
    private readonly List<(long Offset, byte[] Bytes)> _parts = [];

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    /// <summary>Adds a part.</summary>
    public void Add(long offset, byte[] bytes) => _parts.Add((offset, bytes));

    /// <summary>Drops the parts that came after so many.</summary>
    public void Trim(int count) => _parts.RemoveRange(count, _parts.Count - count);

    public bool Holds(long offset, long count) => _parts.Any(part => offset >= part.Offset && offset + count <= part.Offset + part.Bytes.Length);

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || Position >= length)
        {
            return 0;
        }

        foreach (var (offset, bytes) in _parts)
        {
            if (Position >= offset && Position < offset + bytes.Length)
            {
                var rest = bytes.AsSpan((int)(Position - offset));
                var count = Math.Min(rest.Length, buffer.Length);
                rest[..count].CopyTo(buffer);
                Position += count;
                return count;
            }
        }

        throw new InvalidDataException($"it points to byte {Position:N0}, where nothing of the kind lies");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
