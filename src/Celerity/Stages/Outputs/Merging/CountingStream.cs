namespace Celerity.Stages.Outputs.Merging;

/// <summary>Holds what is written until it is sent, and knows where it stands: for a writer that asks, into a stream that does not tell and takes no writes that wait.</summary>
internal sealed class CountingStream(Stream stream) : Stream
{
    private readonly MemoryStream _held = new();
    private long _sent;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _sent + _held.Length;

    public override long Position { get => Length; set => throw new NotSupportedException(); }

    /// <summary>Sends what is held.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_held.GetBuffer().AsMemory(0, (int)_held.Length), cancellationToken).ConfigureAwait(false);
        _sent += _held.Length;
        _held.SetLength(0);
    }

    public override void Write(ReadOnlySpan<byte> buffer) => _held.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _held.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
