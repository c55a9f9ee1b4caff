using System.Globalization;
using System.Text;
using Celerity.Stages.Outputs;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Keeps the rejected records of a pass's chunks as NDJSON, the first 1,000 of each, in one blob that no other pass writes.</summary>
internal sealed class Rejects(IBlobStore blobs)
{
    /// <summary>Writes what the chunks of a pass rejected: one request, none where that is nothing.</summary>
    /// <returns>Where it lies, by chunk.</returns>
    public async ValueTask<IReadOnlyDictionary<int, OutputPiece>> WriteAsync(StageKey key, IReadOnlyList<ChunkOutcome> outcomes, CancellationToken cancellationToken)
    {
        var pieces = new Dictionary<int, OutputPiece>();
        if (outcomes.FirstOrDefault(outcome => outcome.Rejects.Count > 0) is not { } first)
        {
            return pieces;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{key.BlobFolder}/{first.Chunk:D8}-{Guid.NewGuid():N}.ndjson");
        var blob = new BlockStream(blobs, StorageNames.RejectsContainer, name, "b");
        foreach (var outcome in outcomes.Where(outcome => outcome.Rejects.Count > 0))
        {
            var from = blob.Position;
            foreach (var reject in outcome.Rejects)
            {
                blob.Write(Encoding.UTF8.GetBytes(CelerityJson.Write(reject)));
                blob.WriteByte((byte)'\n');
            }

            pieces[outcome.Chunk] = new OutputPiece(name, 0, from, blob.Position - from, outcome.Rejects.Count);
            await blob.FlushBlocksAsync(cancellationToken).ConfigureAwait(false);
        }

        await blob.CloseNewAsync(cancellationToken).ConfigureAwait(false);
        return pieces.ToDictionary(piece => piece.Key, piece => piece.Value with { BlobLength = blob.Length });
    }
}
