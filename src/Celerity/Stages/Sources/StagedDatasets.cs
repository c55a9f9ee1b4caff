using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>
/// Copies of datasets that cannot be read by range, as UTF-8 lines. A copy becomes visible whole, once, and lies with its stage's manifest, so
/// that it goes with the run; who finds one, made by an earlier try of the same step, takes it.
/// </summary>
internal sealed class StagedDatasets(IBlobStore blobs, StageOptions options)
{
    /// <summary>Makes the copy, unless it is there.</summary>
    /// <returns>The copy as a dataset.</returns>
    /// <exception cref="CelerityException">CEL0325: the dataset is damaged; CEL0326: the copy would be too large.</exception>
    /// <exception cref="BlobGoneException">The dataset has changed.</exception>
    public async ValueTask<DatasetSource> StageAsync(
        StageKey key, DatasetSource source, string etag, Transcoding transcoding, CancellationToken cancellationToken)
    {
        var isCsv = source.Format == DatasetFormat.Csv;
        var copy = source with
        {
            Container = StorageNames.ManifestsContainer,
            Blob = $"{key.BlobFolder}/data.{(isCsv ? "csv" : "ndjson")}",
            Format = isCsv ? DatasetFormat.Csv : DatasetFormat.Ndjson,
            Encoding = DatasetEncoding.Utf8,
            Compression = DatasetCompression.None,
        };
        if (await blobs.FindAsync(copy.Container, copy.Blob, cancellationToken).ConfigureAwait(false) is null)
        {
            var stored = await blobs.OpenReadAsync(source.Container, source.Blob, 0, null, etag, cancellationToken).ConfigureAwait(false);
            var content = new BoundedStream(transcoding.Open(stored), options.MaxStagedBytes, transcoding.Dataset);
            await using (content.ConfigureAwait(false))
            {
                await blobs.TryWriteNewAsync(copy.Container, copy.Blob, content, cancellationToken).ConfigureAwait(false);
            }
        }

        return copy;
    }
}
