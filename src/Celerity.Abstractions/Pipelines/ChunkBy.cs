using System.Text.Json.Serialization;

namespace Celerity;

/// <summary>How a dataset is cut into chunks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChunkBy>))]
public enum ChunkBy
{
    /// <summary>So many records a chunk; the dataset is scanned once.</summary>
    Records,

    /// <summary>So many bytes a chunk, each starting at a record; nothing is scanned.</summary>
    Bytes,
}
