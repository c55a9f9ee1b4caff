using System.Globalization;
using System.Text;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Keeps a chunk's rejected records as NDJSON, one blob a chunk; the first 1,000 of each. The same bytes if written again.</summary>
internal sealed class Rejects(IBlobStore blobs)
{
    public async ValueTask WriteAsync(StageKey key, ChunkOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Rejects.Count == 0)
        {
            return;
        }

        var lines = new StringBuilder();
        foreach (var reject in outcome.Rejects)
        {
            lines.Append(CelerityJson.Write(reject)).Append('\n');
        }

        await blobs.WriteAsync(
            StorageNames.RejectsContainer, BlobOf(key, outcome.Chunk), Encoding.UTF8.GetBytes(lines.ToString()), cancellationToken).ConfigureAwait(false);
    }

    public static string BlobOf(StageKey key, int chunk) => string.Create(CultureInfo.InvariantCulture, $"{key.BlobFolder}/{chunk:D8}.ndjson");
}
