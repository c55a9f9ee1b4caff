using System.Text.Json.Serialization;

namespace Celerity;

/// <summary>How the characters of a CSV, NDJSON or JSON dataset are written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DatasetEncoding>))]
public enum DatasetEncoding
{
    /// <summary>As the byte order mark says; UTF-8 where there is none.</summary>
    Auto,

    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>UTF-16, the low byte first, with or without a byte order mark.</summary>
    Utf16LE,

    /// <summary>UTF-16, the high byte first, with or without a byte order mark.</summary>
    Utf16BE,
}
