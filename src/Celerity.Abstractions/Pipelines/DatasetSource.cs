using System.Text.Json;

namespace Celerity;

/// <summary>A blob of records, or many, and how to cut them into chunks.</summary>
public sealed record DatasetSource
{
    /// <summary>The largest <see cref="ChunkSize"/>.</summary>
    public const int MaxChunkSize = 1_000_000;

    /// <summary>The smallest <see cref="ChunkBytes"/>.</summary>
    public const int MinChunkBytes = 1024;

    /// <summary>The largest <see cref="ChunkBytes"/>: 256 MiB.</summary>
    public const int MaxChunkBytes = 256 * 1024 * 1024;

    /// <summary>The longest <see cref="Records"/>, as JSON: 1 MiB.</summary>
    public const int MaxRecordsLength = 1024 * 1024;

    /// <summary>The longest <see cref="Parameters"/>.</summary>
    public const int MaxParametersLength = 2000;

    /// <summary>Gets the container's name; empty where <see cref="Records"/>, <see cref="ChunkSource"/> or <see cref="Output"/> is set.</summary>
    public string Container { get; init; } = "";

    /// <summary>Gets the blob's name; empty where <see cref="Prefix"/> is set.</summary>
    public string Blob { get; init; } = "";

    /// <summary>Gets what the names of the dataset's blobs start with: all of them are read, in the order of their names.</summary>
    /// <value><see langword="null"/>, the default, for the one <see cref="Blob"/>; empty for the whole container.</value>
    public string? Prefix { get; init; }

    /// <summary>Gets the records themselves, a JSON array of up to 1 MiB, instead of a blob. They are read as NDJSON.</summary>
    /// <value><see langword="null"/>, the default, for none.</value>
    public JsonElement? Records { get; init; }

    /// <summary>Gets the name of a source of your own, instead of a blob.</summary>
    /// <value>A name that was given to <c>AddChunkSource</c>; <see langword="null"/>, the default, for none.</value>
    public string? ChunkSource { get; init; }

    /// <summary>Gets what <see cref="ChunkSource"/> is given.</summary>
    /// <value>Up to 2,000 characters, whose meaning is yours; <see langword="null"/>, the default, for nothing.</value>
    public string? Parameters { get; init; }

    /// <summary>Gets what a stage wrote, or rejected, instead of a blob. <see cref="TransformResult"/> gives it.</summary>
    /// <value><see langword="null"/>, the default, for none.</value>
    public string? Output { get; init; }

    /// <summary>Gets how the records are written. The default is <see cref="DatasetFormat.Csv"/>.</summary>
    public DatasetFormat Format { get; init; }

    /// <summary>Gets how the characters are written. The default is <see cref="DatasetEncoding.Auto"/>.</summary>
    public DatasetEncoding Encoding { get; init; }

    /// <summary>Gets how the blob is packed. The default is <see cref="DatasetCompression.Auto"/>.</summary>
    public DatasetCompression Compression { get; init; }

    /// <summary>Gets how chunks are cut. The default is <see cref="ChunkBy.Records"/>.</summary>
    public ChunkBy ChunkBy { get; init; }

    /// <summary>Gets how many records a chunk has, where it is cut by records.</summary>
    /// <value>1 to 1,000,000. The default is 1,000.</value>
    public int ChunkSize { get; init; } = 1000;

    /// <summary>Gets how long a chunk is to take: its size then follows from how fast the stage was before, and <see cref="ChunkSize"/> is that of its first run.</summary>
    /// <value>0.1 to 300 seconds; <see langword="null"/>, the default, for chunks of <see cref="ChunkSize"/>. Not where it is cut by bytes, nor of Parquet.</value>
    public double? TargetChunkSeconds { get; init; }

    /// <summary>Gets how many bytes a chunk has, about, where it is cut by bytes.</summary>
    /// <value>1 KiB to 256 MiB. The default is 256 KiB.</value>
    public int ChunkBytes { get; init; } = 256 * 1024;

    /// <summary>Gets what parts a CSV record's fields. The default is a comma.</summary>
    /// <value>One ASCII character that is neither the quote nor a line break.</value>
    public char Delimiter { get; init; } = ',';

    /// <summary>Gets what encloses a CSV field that holds a delimiter, a line break or a quote, which is then doubled. The default is <c>"</c>.</summary>
    /// <value>One ASCII character that is neither the delimiter nor a line break; one that never occurs, such as U+0001, where fields are not quoted.</value>
    public char Quote { get; init; } = '"';

    /// <summary>Gets whether the first CSV record names the columns. The default is <see langword="true"/>.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Gets the columns' names: of CSV without a header all of them, in order; of Parquet those that are read.</summary>
    /// <value>
    /// <see langword="null"/>, the default, for <c>c1</c>, <c>c2</c> and so on, as many as the first CSV record has fields, and for all columns of Parquet.
    /// </value>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Gets whether a quoted CSV field may hold line breaks. The default is <see langword="true"/>.</summary>
    /// <value>Must be <see langword="false"/> to cut CSV by bytes: the middle of a file does not tell whether it is inside quotes.</value>
    public bool QuotedNewlines { get; init; } = true;
}
