using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Celerity.Stages.Sources;

/// <summary>
/// Unpacks gzip (RFC 1952), one member after another. The library's own stream takes a file that breaks off, or goes on with something else,
/// for a whole one; here each member must end with its checksum, and behind the last there must be nothing.
/// </summary>
/// <param name="stored">The packed bytes.</param>
/// <param name="dataset">What it is, for messages.</param>
internal sealed class GunzipStream(Stream stored, string dataset) : ForwardStream
{
    private const int TrailerBytes = 8;

    private readonly PackedBytes _packed = new(stored);
    private readonly Crc32 _checksum = new();
    private DeflateStream? _member;
    private long _count;
    private uint _memberCount;
    private bool _hasEnded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_hasEnded && !buffer.IsEmpty)
        {
            var member = _member ??= await OpenMemberAsync(cancellationToken).ConfigureAwait(false);
            if (await UnpackAsync(member, buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                _checksum.Append(buffer.Span[..read]);
                _memberCount += (uint)read;
                _count += read;
                return read;
            }

            await EndMemberAsync(cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<DeflateStream> OpenMemberAsync(CancellationToken cancellationToken)
    {
        if (!await _packed.TryFillAsync(10, cancellationToken).ConfigureAwait(false) || _packed.Rest is not [0x1F, 0x8B, 8, var flags, ..])
        {
            throw Damaged("there is no member");
        }

        for (var left = 10; left > 0; left--)
        {
            _ = await TakeAsync(cancellationToken).ConfigureAwait(false);
        }

        // What a header may hold beside: extra bytes with their count, a name and a comment, each up to a zero, and a checksum of its own.
        var skip = (flags & 4) == 0 ? 0 : await TakeAsync(cancellationToken).ConfigureAwait(false) | (await TakeAsync(cancellationToken).ConfigureAwait(false) << 8);
        for (; skip > 0; skip--)
        {
            _ = await TakeAsync(cancellationToken).ConfigureAwait(false);
        }

        for (var texts = ((flags & 8) >> 3) + ((flags & 16) >> 4); texts > 0;)
        {
            texts -= await TakeAsync(cancellationToken).ConfigureAwait(false) == 0 ? 1 : 0;
        }

        for (skip = flags & 2; skip > 0; skip--)
        {
            _ = await TakeAsync(cancellationToken).ConfigureAwait(false);
        }

        return new DeflateStream(_packed, CompressionMode.Decompress, leaveOpen: true);
    }

    private async ValueTask<int> UnpackAsync(DeflateStream member, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await member.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged("its bytes make no sense", exception);
        }
    }

    // The library has read on, and does not tell where the member ended: behind its last byte stand the checksum and the count of what was
    // unpacked, and then the next member or nothing.
    private async ValueTask EndMemberAsync(CancellationToken cancellationToken)
    {
        var trailer = new byte[TrailerBytes];
        _checksum.GetHashAndReset(trailer);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), _memberCount);
        _memberCount = 0;
        await _packed.TryFillAsync(TrailerBytes + 2, cancellationToken).ConfigureAwait(false);
        var end = FindEnd(trailer);
        if (end < 0)
        {
            throw Damaged("it breaks off, or its checksum is another, or something else follows");
        }

        _packed.GoTo(end);
        _member!.Dispose();
        _member = null;
        _hasEnded = !await _packed.TryFillAsync(1, cancellationToken).ConfigureAwait(false);
    }

    private int FindEnd(ReadOnlySpan<byte> trailer)
    {
        var recent = _packed.Recent;
        for (var from = 0; recent[from..].IndexOf(trailer) is >= 0 and var next; from++)
        {
            from += next;
            var end = from + TrailerBytes;
            if (recent[end..] is [] or [0x1F, 0x8B, ..])
            {
                return end;
            }
        }

        return -1;
    }

    private async ValueTask<int> TakeAsync(CancellationToken cancellationToken) =>
        await _packed.TakeAsync(cancellationToken).ConfigureAwait(false) is >= 0 and var taken ? taken : throw Damaged("it breaks off");

    private CelerityException Damaged(string reason, Exception? cause = null)
    {
        var message = $"{dataset} is no whole gzip file: after {_count:N0} unpacked bytes, {reason}. Upload it again, or set source.compression to none if it is not packed.";
        return cause is null ? new CelerityException(ErrorCodes.DatasetDamaged, message) : new CelerityException(ErrorCodes.DatasetDamaged, message, cause);
    }
}
