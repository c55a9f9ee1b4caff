using System.Text.Json;
using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>The blobs of a stage's dataset, in the order of their names: one blob beside the manifest, made once and read page by page.</summary>
internal sealed class BlobList(IBlobStore blobs)
{
    // Some hundred entries. The longest, of a name of 1,024 signs, is far smaller.
    private const int PageBytes = 64 * 1024;

    private const int MaxKept = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Folder, int Number), BlobEntry> _kept = [];

    /// <summary>Lists the blobs, unless that was done: then the list stays as it is, whatever has come since.</summary>
    /// <exception cref="CelerityException">CEL0327: there are none.</exception>
    public async ValueTask WriteAsync(StageKey key, DatasetSource source, CancellationToken cancellationToken)
    {
        if (await blobs.FindAsync(StorageNames.ManifestsContainer, NameOf(key), cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        var lines = new BlobListStream(EnsureAnyAsync(source, cancellationToken), cancellationToken);
        await using (lines.ConfigureAwait(false))
        {
            await blobs.TryWriteNewAsync(StorageNames.ManifestsContainer, NameOf(key), lines, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lists the blobs of a dataset.</summary>
    /// <exception cref="CelerityException">CEL0327: there are none.</exception>
    public async IAsyncEnumerable<BlobItem> EnsureAnyAsync(
        DatasetSource source, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hasAny = false;
        await foreach (var item in blobs.ListAsync(source.Container, source.Prefix!, cancellationToken).ConfigureAwait(false))
        {
            hasAny = true;
            yield return item;
        }

        if (!hasAny)
        {
            throw new CelerityException(
                ErrorCodes.NoBlobs, $"No blob in the container '{source.Container}' has a name that starts with '{source.Prefix}'. Upload some first, or correct source.container and source.prefix.");
        }
    }

    /// <summary>Reads a page of the list; empty at its end.</summary>
    /// <param name="key">The stage.</param>
    /// <param name="offset">Where an entry starts.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<IReadOnlyList<BlobEntry>> ReadPageAsync(StageKey key, long offset, CancellationToken cancellationToken)
    {
        var page = new byte[PageBytes];
        var stream = await blobs.OpenReadAsync(StorageNames.ManifestsContainer, NameOf(key), offset, PageBytes, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(page, PageBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Parse(page.AsSpan(0, length), offset);
        }
    }

    /// <summary>Finds the entry of the blob that a chunk lies in. Lists never change, so those lately read are kept.</summary>
    public async ValueTask<BlobEntry> FindAsync(StageKey key, ChunkBlob blob, CancellationToken cancellationToken)
    {
        var folder = key.BlobFolder;
        lock (_gate)
        {
            if (_kept.TryGetValue((folder, blob.Number), out var kept))
            {
                return kept;
            }
        }

        var page = await ReadPageAsync(key, blob.ListOffset, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_kept.Count + page.Count > MaxKept)
            {
                _kept.Clear();
            }

            foreach (var entry in page)
            {
                _kept[(folder, entry.Number)] = entry;
            }
        }

        return page is [var found, ..] && found.Number == blob.Number
            ? found
            : throw new CelerityException(ErrorCodes.DatasetChanged, $"The stage {key} has no blob {blob.Number} at {blob.ListOffset} of its list. Start a new run.");
    }

    private static string NameOf(StageKey key) => $"{key.BlobFolder}/blobs.ndjson";

    private static List<BlobEntry> Parse(ReadOnlySpan<byte> page, long offset)
    {
        var entries = new List<BlobEntry>();
        var from = 0;
        while (page[from..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var entry = JsonSerializer.Deserialize<BlobEntry>(page.Slice(from, length))!;
            entries.Add(entry with { Offset = offset + from, End = offset + from + length + 1 });
            from += length + 1;
        }

        return entries;
    }
}
