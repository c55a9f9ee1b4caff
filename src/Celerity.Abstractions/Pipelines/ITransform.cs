namespace Celerity;

/// <summary>One step over a dataset that writes records: chunks are processed in parallel, and what they write is the next stage's dataset, in chunk order.</summary>
/// <typeparam name="TRecord">A record that is written. Its properties are named as System.Text.Json names them for the web, in camelCase.</typeparam>
/// <remarks>
/// A chunk is processed at least once, and what it wrote counts once: of a chunk that fails nothing is kept. A transform is a singleton and used by many
/// chunks at once. For CSV and Parquet each property is a column, in the order of their declaration, and holds a single value: text, a truth, a number, a
/// date, a time, bytes, an id or an enum's name.
/// </remarks>
public interface ITransform<TRecord>
{
    /// <summary>Gets the columns a dataset must have (CSV, Parquet). A dataset that lacks one is refused before anything runs.</summary>
    IReadOnlyList<string> RequiredColumns => [];

    /// <summary>Gets how a failed chunk is retried.</summary>
    ChunkRetry Retry => ChunkRetry.Default;

    /// <summary>Gets how records are written.</summary>
    /// <value><see cref="DatasetFormat.Ndjson"/>, the default, <see cref="DatasetFormat.Csv"/>, or <see cref="DatasetFormat.Parquet"/>: a row group a chunk, packed with Snappy.</value>
    DatasetFormat Format => DatasetFormat.Ndjson;

    /// <summary>Processes one chunk.</summary>
    /// <param name="records">The chunk's records; read them to the end.</param>
    /// <param name="output">Takes what the chunk writes; up to 64 MiB.</param>
    /// <param name="cancellationToken">Fires when the run is cancelled or the app stops.</param>
    /// <returns>When the chunk is done.</returns>
    /// <remarks>A record that makes no sense is rejected by <see cref="RecordReader.Reject"/>; an exception fails the whole chunk.</remarks>
    ValueTask ProcessAsync(RecordReader records, RecordWriter<TRecord> output, CancellationToken cancellationToken);
}
