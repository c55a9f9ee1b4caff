using System.Text.Json.Serialization;

namespace Celerity.Stages.Outputs;

/// <summary>Where lies what one chunk wrote, or what it rejected: a part of its ledger row.</summary>
/// <param name="Blob">The blob's name. It was written once, by one pass, and never changes.</param>
/// <param name="BlobLength">The blob's length in bytes.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Records">How many records, 1 and up.</param>
/// <param name="Group">The row group that it is, from 0, of a Parquet file.</param>
/// <param name="Mark">The form in which it was written (<see cref="OutputForm.Mark"/>); <see langword="null"/> of what was rejected.</param>
internal sealed record OutputPiece(
    [property: JsonPropertyName("n")] string Blob,
    [property: JsonPropertyName("z")] long BlobLength,
    [property: JsonPropertyName("o")] long Offset,
    [property: JsonPropertyName("l")] long Length,
    [property: JsonPropertyName("c")] int Records,
    [property: JsonPropertyName("g")] int? Group = null,
    [property: JsonPropertyName("f")] string? Mark = null);
