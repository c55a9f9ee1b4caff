using System.Text.Json.Serialization;

namespace Celerity.Stages.Planning;

/// <summary>Where one chunk lies in its dataset.</summary>
/// <param name="Offset">The first byte. Cut by bytes: the nominal one; the chunk starts after the first record boundary past it.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="FirstRecord">The number of its first record in the dataset, from 1; 0 where cut by bytes.</param>
/// <param name="Records">How many records; 0 where cut by bytes.</param>
/// <param name="FirstLine">The line on which it starts, from 1; 0 where cut by bytes.</param>
/// <param name="Lines">How many line breaks it holds: more than <paramref name="Records"/> where records or blank lines span several.</param>
internal readonly record struct ChunkEntry(
    [property: JsonPropertyName("o")] long Offset,
    [property: JsonPropertyName("n")] long Length,
    [property: JsonPropertyName("r")] long FirstRecord,
    [property: JsonPropertyName("c")] int Records,
    [property: JsonPropertyName("l")] long FirstLine,
    [property: JsonPropertyName("k")] int Lines)
{
    /// <summary>Gets the blob it lies in, where the dataset has several.</summary>
    [JsonPropertyName("b")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChunkBlob? Blob { get; init; }

    /// <summary>Gets the row group that it is, from 0, of a Parquet file; its bytes are then those of the columns that are read.</summary>
    [JsonPropertyName("g")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Group { get; init; }

    /// <summary>Gets the range that it is, of a source of the user's.</summary>
    [JsonPropertyName("q")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Range { get; init; }

    [JsonIgnore]
    public long End => Offset + Length;
}
