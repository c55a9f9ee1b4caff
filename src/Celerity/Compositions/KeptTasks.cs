using System.Globalization;
using System.Text.Json;
using Celerity.Storage;

namespace Celerity.Compositions;

/// <summary>Keeps the tasks of a large group in parts, in blobs beside the run's results, so that none passes through a history.</summary>
internal sealed class KeptTasks(IBlobStore blobs)
{
    public ValueTask KeepAsync(AwaitKey key, int part, IReadOnlyList<AwaitedTask> tasks, CancellationToken cancellationToken) => blobs.WriteAsync(
        StorageNames.ResultsContainer, BlobOf(key, part), JsonSerializer.SerializeToUtf8Bytes(tasks, CelerityJson.Options), cancellationToken);

    public async ValueTask<IReadOnlyList<AwaitedTask>> ReadAsync(AwaitRequest request, int part, CancellationToken cancellationToken)
    {
        if (request.Tasks!.Inline is { } inline)
        {
            return inline;
        }

        var stream = await blobs.OpenReadAsync(StorageNames.ResultsContainer, BlobOf(request.Key, part), 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return (await JsonSerializer.DeserializeAsync<List<AwaitedTask>>(stream, CelerityJson.Options, cancellationToken).ConfigureAwait(false))!;
        }
    }

    private static string BlobOf(AwaitKey key, int part) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Run}/g{key.Generation}/t{key.Number}/{part}.json");
}
