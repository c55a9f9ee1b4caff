using System.Text.Json.Serialization;

namespace Celerity;

/// <summary>How a CSV, NDJSON or JSON dataset is packed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetCompression>))]
public enum DatasetCompression
{
    /// <summary>Gzip where the blob's name ends with <c>.gz</c> or its first bytes are gzip's; else none.</summary>
    Auto,

    /// <summary>Not packed.</summary>
    None,

    /// <summary>Gzip (RFC 1952), one member or several.</summary>
    Gzip,
}
