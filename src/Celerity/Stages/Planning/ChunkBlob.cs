using System.Text.Json.Serialization;

namespace Celerity.Stages.Planning;

/// <summary>Which blob a chunk lies in, where a dataset has several. Their names lie in a list beside the manifest.</summary>
/// <param name="Number">Its place in the list, from 1.</param>
/// <param name="ListOffset">Where its entry in the list starts.</param>
/// <param name="Start">Where its first record starts.</param>
/// <param name="Length">Its length in bytes; of its copy, where there is one.</param>
/// <param name="IsStaged">Whether a copy of it is read.</param>
internal sealed record ChunkBlob(
    [property: JsonPropertyName("i")] int Number,
    [property: JsonPropertyName("a")] long ListOffset,
    [property: JsonPropertyName("h")] long Start,
    [property: JsonPropertyName("z")] long Length,
    [property: JsonPropertyName("s")] bool IsStaged);
