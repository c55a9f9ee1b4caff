using System.Text.Json.Serialization;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>One line of a stage's list of blobs.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Name">The blob's name.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ETag">Its version when it was listed; every read insists on it.</param>
internal sealed record BlobEntry(
    [property: JsonPropertyName("i")] int Number,
    [property: JsonPropertyName("n")] string Name,
    [property: JsonPropertyName("z")] long Length,
    [property: JsonPropertyName("e")] string ETag)
{
    /// <summary>Gets where its line starts.</summary>
    [JsonIgnore]
    public long Offset { get; init; }

    /// <summary>Gets where the next line starts.</summary>
    [JsonIgnore]
    public long End { get; init; }

    public BlobFacts Facts() => new(Length, ETag);
}
