namespace Celerity.Stages.Outputs.Merging;

/// <summary>A Parquet file of which only the footer is here, to be written on: the footer is read, and what is written comes in its place.</summary>
/// <param name="footer">The footer, from the end of the last row group to the end of the file.</param>
/// <param name="body">What stands before it, and takes what is written.</param>
internal sealed class AppendStream(byte[] footer, BlockStream body) : Stream
{
    private readonly long _length = body.Length + footer.Length;
    private readonly long _footerAt = body.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Math.Max(_length, body.Length);

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        // Of the body the library looks at nothing but its first four bytes.
        var part = Position < _footerAt ? "PAR1"u8[(int)Math.Min(4, Position)..] : footer.AsSpan((int)(Position - _footerAt));
        var count = Math.Min(part.Length, buffer.Length);
        part[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Position != body.Length)
        {
            throw new InvalidOperationException($"Written at {Position}, where the file ends at {body.Length}.");
        }

        body.Write(buffer);
        Position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void SetLength(long value)
    {
    }
}
