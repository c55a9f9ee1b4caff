using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>A queue message of a group.</summary>
internal sealed record GroupMessage(string Queue, string Body);

/// <summary>Sends a group's messages: kept whole in a blob before the first leaves, so that what was accepted is sent whole.</summary>
internal sealed class GroupSends(IQueueStore queues, IBlobStore blobs, TaskEncoder encoder, MessageSigner signer)
{
    private const int Parallelism = 8;

    // As much as a queue carries of ASCII, with room to spare.
    private const int MaxPackBytes = 60 * 1024;

    /// <summary>Packs tasks into few messages. No pack crosses a page or a queue, and its rows are one transaction. What must be signed travels alone.</summary>
    public List<GroupMessage> Pack(IReadOnlyList<TaskEnvelope> tasks)
    {
        var messages = new List<GroupMessage>();
        var pack = new List<TaskEnvelope>();
        var bytes = 0;
        foreach (var task in tasks)
        {
            var size = MessageCodec.Encode(task).Length + 1;
            if (pack is [var first, ..] && (pack.Count == TableLimits.BatchRows || bytes + size > MaxPackBytes || task.Queue != first.Queue || signer.IsAsked(task.Queue!)
                || GroupKeys.PageOf(task.Group!.Index) != GroupKeys.PageOf(first.Group!.Index)))
            {
                messages.Add(ToMessage(pack));
                (pack, bytes) = ([], 0);
            }

            pack.Add(task);
            bytes += size;
        }

        messages.Add(ToMessage(pack));
        return messages;
    }

    public ValueTask KeepAsync(string group, IReadOnlyList<GroupMessage> messages, CancellationToken cancellationToken) =>
        blobs.WriteAsync(
            StorageNames.PayloadsContainer, BlobOf(group), JsonSerializer.SerializeToUtf8Bytes(messages, CelerityJson.Options), cancellationToken);

    /// <summary>Reads the kept messages; <see langword="null"/> where there are none.</summary>
    public async ValueTask<List<GroupMessage>?> FindAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await blobs.OpenReadAsync(StorageNames.PayloadsContainer, BlobOf(group), 0, null, null, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync<List<GroupMessage>>(stream, CelerityJson.Options, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BlobGoneException)
        {
            return null;
        }
    }

    public async ValueTask ForgetAsync(string group, CancellationToken cancellationToken) =>
        _ = await blobs.TryDeleteAsync(StorageNames.PayloadsContainer, BlobOf(group), cancellationToken).ConfigureAwait(false);

    public Task SendAsync(IReadOnlyList<GroupMessage> messages, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        messages,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        (message, token) => queues.SendAsync(message.Queue, message.Body, TimeSpan.Zero, token));

    private GroupMessage ToMessage(List<TaskEnvelope> pack) =>
        new(pack[0].Queue!, pack.Count == 1 ? encoder.Encode(pack[0], pack[0].Queue!) : MessageCodec.EncodePack(pack));

    private static string BlobOf(string group) => $"groups/{group}.json";
}
