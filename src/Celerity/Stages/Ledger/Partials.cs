using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Celerity.Storage;

namespace Celerity.Stages.Ledger;

/// <summary>Keeps partial results: in the ledger row where they are small, in a blob where not.</summary>
internal sealed class Partials(IBlobStore blobs)
{
    // A transaction of 32 rows stays below the service's 4 MiB.
    private const int MaxInRowBytes = 48 * 1024;

    /// <summary>Puts a partial result of <paramref name="span"/> chunks with the row of the first of them.</summary>
    /// <param name="key">The stage.</param>
    /// <param name="end">The row to be inserted next.</param>
    /// <param name="partial">The partial result, as JSON.</param>
    /// <param name="span">How many chunks it covers.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<ChunkEnd> KeepAsync(StageKey key, ChunkEnd end, byte[] partial, int span, CancellationToken cancellationToken)
    {
        var packed = Pack(partial);
        if (packed.Length <= MaxInRowBytes)
        {
            return end with { Partial = packed, Span = span };
        }

        // The content is in the name: a late twin must not write over what the row that won names.
        var hash = Convert.ToHexStringLower(SHA256.HashData(packed).AsSpan(0, 8));
        var name = string.Create(CultureInfo.InvariantCulture, $"{key.BlobFolder}/partials/{end.Chunk:D8}-{span}-{hash}.br");
        await blobs.WriteAsync(StorageNames.ManifestsContainer, name, packed, cancellationToken).ConfigureAwait(false);
        return end with { PartialBlob = name, Span = span };
    }

    public async ValueTask<byte[]> ReadAsync(ChunkEnd end, CancellationToken cancellationToken)
    {
        if (end.Partial is { } packed)
        {
            return Unpack(new MemoryStream(packed));
        }

        var stream = await blobs.OpenReadAsync(
            StorageNames.ManifestsContainer, end.PartialBlob!, 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            content.Position = 0;
            return Unpack(content);
        }
    }

    private static byte[] Pack(byte[] partial)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            brotli.Write(partial);
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(Stream packed)
    {
        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        using var partial = new MemoryStream();
        brotli.CopyTo(partial);
        return partial.ToArray();
    }
}
