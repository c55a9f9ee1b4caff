using System.Globalization;
using System.Text.Json;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>
/// Copies of datasets that cannot be read by range, as UTF-8 lines. A copy becomes visible whole, once, and lies with its stage's manifest, so
/// that it goes with the run; who finds one, made by an earlier try of the same step, takes it.
/// </summary>
internal sealed class StagedDatasets(IBlobStore blobs, StageOptions options)
{
    /// <summary>The format of a copy.</summary>
    public static DatasetFormat FormatOf(DatasetFormat format) => format == DatasetFormat.Json ? DatasetFormat.Ndjson : format;

    /// <summary>The copy of a dataset, as a dataset.</summary>
    /// <param name="key">The stage that reads it.</param>
    /// <param name="source">The dataset.</param>
    /// <param name="number">Its number among its stage's blobs, from 1; 0 where it is the only one.</param>
    public static DatasetSource CopyOf(StageKey key, DatasetSource source, int number) => source with
    {
        Container = StorageNames.ManifestsContainer,
        Blob = string.Create(
            CultureInfo.InvariantCulture, $"{key.BlobFolder}/data{(number == 0 ? "" : $"-{number:D6}")}.{(source.Format == DatasetFormat.Csv ? "csv" : "ndjson")}"),
        Format = FormatOf(source.Format),
        Encoding = DatasetEncoding.Utf8,
        Compression = DatasetCompression.None,
    };

    /// <summary>Writes records that came in the request, unless they are there.</summary>
    /// <returns>They as a dataset.</returns>
    public async ValueTask<DatasetSource> WriteAsync(StageKey key, DatasetSource source, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        foreach (var record in source.Records!.Value.EnumerateArray())
        {
            // As the element was written it may hold line breaks.
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(record));
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        var copy = CopyOf(key, source with { Format = DatasetFormat.Ndjson, Records = null }, number: 0);
        await blobs.TryWriteNewAsync(copy.Container, copy.Blob, lines, cancellationToken).ConfigureAwait(false);
        return copy;
    }

    /// <summary>Makes the copy, unless it is there.</summary>
    /// <returns>The copy as a dataset.</returns>
    /// <exception cref="CelerityException">CEL0325: the dataset is damaged; CEL0326: the copy would be too large.</exception>
    /// <exception cref="BlobGoneException">The dataset has changed.</exception>
    public async ValueTask<DatasetSource> StageAsync(
        StageKey key, DatasetSource source, string etag, int number, Transcoding transcoding, CancellationToken cancellationToken)
    {
        var copy = CopyOf(key, source, number);
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
