using System.Globalization;
using Celerity.Storage;

namespace Celerity.Stages.Ledger;

/// <summary>Keeps partial results: in the ledger row where they are small, in a blob where not.</summary>
internal sealed class Partials(IBlobStore blobs)
{
    // A transaction of 32 rows stays below the service's 4 MiB.
    private const int MaxInRowBytes = 48 * 1024;

    /// <summary>Puts a packed partial result of <paramref name="span"/> chunks with the row of the first of them.</summary>
    /// <param name="key">The stage.</param>
    /// <param name="end">The row to be inserted next.</param>
    /// <param name="packed">The packed partial result.</param>
    /// <param name="span">How many chunks it covers.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<ChunkEnd> KeepAsync(StageKey key, ChunkEnd end, byte[] packed, int span, CancellationToken cancellationToken)
    {
        if (packed.Length <= MaxInRowBytes)
        {
            return end with { Partial = packed, Span = span };
        }

        // The span is in the name: two passes that cover different chunks must not write over each other.
        var name = string.Create(CultureInfo.InvariantCulture, $"{key.BlobFolder}/partials/{end.Chunk:D8}-{span}.br");
        await blobs.WriteAsync(StorageNames.ManifestsContainer, name, packed, cancellationToken).ConfigureAwait(false);
        return end with { PartialBlob = name, Span = span };
    }

    public async ValueTask<byte[]> ReadAsync(ChunkEnd end, CancellationToken cancellationToken)
    {
        if (end.Partial is { } packed)
        {
            return packed;
        }

        var stream = await blobs.OpenReadAsync(
            StorageNames.ManifestsContainer, end.PartialBlob!, 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            return content.ToArray();
        }
    }
}
