using System.Text.Json.Serialization;

namespace Celerity;

/// <summary>How a dataset's records are written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetFormat>))]
public enum DatasetFormat
{
    /// <summary>RFC 4180 with LF or CRLF, by default with a header and commas.</summary>
    Csv,

    /// <summary>One JSON value a line.</summary>
    Ndjson,

    /// <summary>One JSON array, each of whose elements is a record.</summary>
    Json,

    /// <summary>Apache Parquet with columns of single values: each row group is a chunk, of which only the named columns are read.</summary>
    Parquet,
}
