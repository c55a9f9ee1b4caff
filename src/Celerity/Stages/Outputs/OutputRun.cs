using System.Text.Json.Serialization;

namespace Celerity.Stages.Outputs;

/// <summary>Chunks that follow one another and whose pieces lie in one blob.</summary>
/// <param name="Blob">The blob's name.</param>
/// <param name="BlobLength">Its length in bytes.</param>
/// <param name="Pieces">The pieces, in the order of their chunks.</param>
internal sealed record OutputRun(
    [property: JsonPropertyName("n")] string Blob, [property: JsonPropertyName("z")] long BlobLength, [property: JsonPropertyName("p")] IReadOnlyList<RunPiece> Pieces)
{
    /// <summary>Gets its number within the stage, from 1.</summary>
    [JsonIgnore]
    public int Number => Pieces[0].Chunk + 1;

    /// <summary>Puts pieces together, in the order of their chunks.</summary>
    public static IReadOnlyList<OutputRun> Of(IEnumerable<(int Chunk, OutputPiece? Piece)> chunks)
    {
        var runs = new List<(OutputPiece First, List<RunPiece> Pieces)>();
        foreach (var (chunk, piece) in chunks)
        {
            if (piece is null)
            {
                continue;
            }

            if (runs is not [.., var last] || last.First.Blob != piece.Blob)
            {
                runs.Add((piece, []));
            }

            runs[^1].Pieces.Add(new RunPiece(chunk, piece.Offset, piece.Length, piece.Records, piece.Group));
        }

        return [.. runs.Select(run => new OutputRun(run.First.Blob, run.First.BlobLength, run.Pieces))];
    }
}

/// <summary>What one chunk wrote, in its blob.</summary>
/// <param name="Chunk">The chunk's number.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Records">How many records.</param>
/// <param name="Group">The row group that it is, from 0, of a Parquet file.</param>
internal readonly record struct RunPiece(
    [property: JsonPropertyName("k")] int Chunk,
    [property: JsonPropertyName("o")] long Offset,
    [property: JsonPropertyName("l")] long Length,
    [property: JsonPropertyName("c")] int Records,
    [property: JsonPropertyName("g")] int? Group)
{
    [JsonIgnore]
    public long End => Offset + Length;
}
