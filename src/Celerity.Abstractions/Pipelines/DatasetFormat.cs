using System.Text.Json.Serialization;

namespace Celerity;

/// <summary>How a dataset's records are written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetFormat>))]
public enum DatasetFormat
{
    /// <summary>RFC 4180 with a header, UTF-8 with or without a byte order mark, LF or CRLF.</summary>
    Csv,

    /// <summary>One JSON value a line, UTF-8.</summary>
    Ndjson,
}
