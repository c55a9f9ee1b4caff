using System.Globalization;
using System.Text.Json;
using Celerity.Storage;

namespace Celerity.Stages.Planning;

/// <summary>The list of a stage's chunks, one blob a ledger page. Written once by the planner, the same bytes if written again.</summary>
internal sealed class Manifest(IBlobStore blobs)
{
    private const int MaxKeptPages = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<ChunkEntry[]>> _kept = new(StringComparer.Ordinal);

    public async ValueTask WriteAsync(StageKey key, int page, IReadOnlyList<ChunkEntry> chunks, CancellationToken cancellationToken) =>
        await blobs.WriteAsync(
            StorageNames.ManifestsContainer, BlobOf(key, page), JsonSerializer.SerializeToUtf8Bytes(chunks), cancellationToken).ConfigureAwait(false);

    /// <summary>Keeps a page that was just written, so that publishing it reads nothing.</summary>
    public void Keep(StageKey key, int page, ChunkEntry[] chunks)
    {
        lock (_gate)
        {
            Keep(BlobOf(key, page), Task.FromResult(chunks));
        }
    }

    /// <summary>Reads one page. Pages never change, so those lately read are kept.</summary>
    public async ValueTask<ChunkEntry[]> ReadAsync(StageKey key, int page, CancellationToken cancellationToken)
    {
        var name = BlobOf(key, page);
        Task<ChunkEntry[]>? chunks;

        // Slices of one page are made side by side: one of them reads it.
        lock (_gate)
        {
            if (!_kept.TryGetValue(name, out chunks) || chunks.IsFaulted)
            {
                Keep(name, chunks = LoadAsync(name));
            }
        }

        return await chunks.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Keep(string name, Task<ChunkEntry[]> chunks)
    {
        if (_kept.Count >= MaxKeptPages)
        {
            _kept.Clear();
        }

        _kept[name] = chunks;
    }

    private static string BlobOf(StageKey key, int page) => string.Create(CultureInfo.InvariantCulture, $"{key.BlobFolder}/page-{page:D6}.json");

    private async Task<ChunkEntry[]> LoadAsync(string name)
    {
        var stream = await blobs.OpenReadAsync(StorageNames.ManifestsContainer, name, 0, null, null, CancellationToken.None).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return (await JsonSerializer.DeserializeAsync<ChunkEntry[]>(stream).ConfigureAwait(false))!;
        }
    }
}
