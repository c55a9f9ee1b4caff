using System.Globalization;
using Celerity.Storage;

namespace Celerity.Stages.Outputs;

/// <summary>Writes a blob in blocks of 4 MiB, from a block on. What is written is held until it is flushed.</summary>
/// <param name="blobs">The blobs.</param>
/// <param name="container">The container.</param>
/// <param name="name">The blob's name.</param>
/// <param name="prefix">What the blocks' names begin with: nobody else writes such blocks of this blob, or they are the same.</param>
/// <param name="blocks">How many blocks there are before.</param>
/// <param name="start">How many bytes those have.</param>
internal sealed class BlockStream(IBlobStore blobs, string container, string name, string prefix, int blocks = 0, long start = 0) : Stream
{
    /// <summary>How many blocks a blob may have.</summary>
    public const int MaxBlocks = 50_000;

    private const int BlockBytes = 4 * 1024 * 1024;

    private readonly MemoryStream _held = new();
    private long _flushed = start;

    /// <summary>Gets how many blocks there are.</summary>
    public int Blocks { get; private set; } = blocks;

    /// <summary>Gets the blob's name.</summary>
    public string Name => name;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _flushed + _held.Length;

    public override long Position { get => Length; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer) => _held.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _held.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _held.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        _held.Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    /// <summary>Writes the whole blocks that are held, where there are two or more: a blob of less is written by one request.</summary>
    public async ValueTask FlushBlocksAsync(CancellationToken cancellationToken)
    {
        if (_held.Length >= 2 * BlockBytes)
        {
            await FlushAsync((int)(_held.Length / BlockBytes * BlockBytes), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what is held back: it is no part of the blob.</summary>
    public byte[] TakeHeld()
    {
        var held = _held.ToArray();
        _held.SetLength(0);
        return held;
    }

    /// <summary>Writes all that is held, the last block as short as it is.</summary>
    public ValueTask FlushAllAsync(CancellationToken cancellationToken) => FlushAsync((int)_held.Length, cancellationToken);

    /// <summary>Makes the blob of what was written, under a name that nobody else uses.</summary>
    public async ValueTask CloseNewAsync(CancellationToken cancellationToken)
    {
        if (Blocks == 0)
        {
            await blobs.WriteAsync(container, name, Held(0, (int)_held.Length), cancellationToken).ConfigureAwait(false);
            return;
        }

        // Refused: the reply to our own was lost.
        await FlushAllAsync(cancellationToken).ConfigureAwait(false);
        if (!await TryCommitAsync(owner: null, etag: null, cancellationToken).ConfigureAwait(false)
            && await blobs.FindAsync(container, name, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new InvalidOperationException($"The blocks of '{container}/{name}' are gone.");
        }
    }

    /// <summary>Makes the blob of its blocks, over the version that is named.</summary>
    public ValueTask<bool> TryCommitAsync(string? owner, string? etag, CancellationToken cancellationToken) =>
        blobs.TryCommitAsync(container, name, [.. Enumerable.Range(0, Blocks).Select(IdOf)], owner, etag, cancellationToken);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private string IdOf(int block) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{block:D6}");

    private ReadOnlyMemory<byte> Held(int from, int length) => _held.GetBuffer().AsMemory(from, length);

    private async ValueTask FlushAsync(int length, CancellationToken cancellationToken)
    {
        for (var from = 0; from < length; from += BlockBytes)
        {
            await blobs.WriteBlockAsync(container, name, IdOf(Blocks), Held(from, Math.Min(BlockBytes, length - from)), cancellationToken).ConfigureAwait(false);
            Blocks++;
        }

        var rest = Held(length, (int)_held.Length - length);
        rest.Span.CopyTo(_held.GetBuffer());
        _held.SetLength(rest.Length);
        _held.Position = rest.Length;
        _flushed += length;
    }
}
