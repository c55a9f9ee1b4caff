using System.Globalization;
using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Stages.Outputs;

/// <summary>The list of what a stage wrote and rejected: one blob a ledger page, and its head, written last. The same bytes if written again.</summary>
internal sealed class OutputList(IBlobStore blobs)
{
    private const int MaxKeptPages = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<OutputPage>> _kept = new(StringComparer.Ordinal);

    public ValueTask WritePageAsync(StageKey key, int page, OutputPage content, CancellationToken cancellationToken) =>
        blobs.WriteAsync(StorageNames.ManifestsContainer, PageOf(key, page), CelerityJson.WriteBytes(content), cancellationToken);

    public ValueTask WriteHeadAsync(StageKey key, OutputHead head, CancellationToken cancellationToken) =>
        blobs.WriteAsync(StorageNames.ManifestsContainer, HeadOf(key), CelerityJson.WriteBytes(head), cancellationToken);

    /// <summary>Reads the head of a list, one request.</summary>
    /// <exception cref="CelerityException">CEL0332: there is no such list.</exception>
    public async ValueTask<OutputHead> ReadHeadAsync(OutputName name, CancellationToken cancellationToken)
    {
        var head = await TryReadHeadAsync(name.Key, cancellationToken).ConfigureAwait(false);
        return head is not null && (name.IsRejects ? head.Rejects : head.Output) == name.ToString()
            ? head
            : throw new CelerityException(ErrorCodes.UnknownOutput, $"There is no output '{name}': its run is gone, or the stage did not end so. Run the stage again.");
    }

    /// <summary>Reads the head of a stage's list; <see langword="null"/> where it is not listed.</summary>
    public async ValueTask<OutputHead?> TryReadHeadAsync(StageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync<OutputHead>(HeadOf(key), cancellationToken).ConfigureAwait(false);
        }
        catch (BlobGoneException)
        {
            return null;
        }
    }

    /// <summary>Reads one page. Pages never change, so those lately read are kept.</summary>
    public async ValueTask<OutputPage> ReadPageAsync(StageKey key, int page, CancellationToken cancellationToken)
    {
        var name = PageOf(key, page);
        Task<OutputPage>? content;

        // Slices of one page run side by side: one of them reads it.
        lock (_gate)
        {
            if (!_kept.TryGetValue(name, out content) || content.IsFaulted)
            {
                if (_kept.Count >= MaxKeptPages)
                {
                    _kept.Clear();
                }

                _kept[name] = content = ReadAsync<OutputPage>(name, CancellationToken.None);
            }
        }

        return await content.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the name of the blob that a chunk of the next stage lies in.</summary>
    /// <exception cref="CelerityException">CEL0332: there is none.</exception>
    public async ValueTask<string> FindAsync(OutputName name, ChunkBlob blob, CancellationToken cancellationToken)
    {
        var page = await ReadPageAsync(name.Key, (int)blob.ListOffset, cancellationToken).ConfigureAwait(false);
        return page.Of(name).FirstOrDefault(run => run.Number == blob.Number)?.Blob
            ?? throw new CelerityException(ErrorCodes.UnknownOutput, $"The output '{name}' has no blob {blob.Number} on page {blob.ListOffset}. Start a new run.");
    }

    private static string HeadOf(StageKey key) => $"{key.BlobFolder}/output/head.json";

    private static string PageOf(StageKey key, int page) => string.Create(CultureInfo.InvariantCulture, $"{key.BlobFolder}/output/page-{page:D6}.json");

    private async Task<T> ReadAsync<T>(string name, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenReadAsync(StorageNames.ManifestsContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await CelerityJson.ReadAsync<T>(stream, cancellationToken).ConfigureAwait(false);
        }
    }
}
