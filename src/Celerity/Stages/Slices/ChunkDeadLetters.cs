using System.Security.Cryptography;
using System.Text;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Writes the dead letters of chunks: what it was, why it ended, every attempt. An effect: the same record if written again.</summary>
internal sealed class ChunkDeadLetters(ITableStore tables, TimeProvider time)
{
    // The parser's words may quote the message.
    private const int MaxReason = 1000;

    public async ValueTask WriteAsync(SliceMessage slice, ChunkEnd end, CancellationToken cancellationToken)
    {
        // The failures have a column of their own.
        var chunk = slice.ForChunk(end.Chunk) with { Failures = [] };
        var values = new Dictionary<string, object>
        {
            ["kind"] = "chunk",
            ["run"] = slice.Run,
            ["stage"] = slice.Name,
            ["category"] = end.Category!.Value.ToString(),
            ["reason"] = end.Reason ?? "",
            ["attempt"] = end.Attempt,
            ["payload"] = chunk.Encode(),
            ["at"] = time.GetUtcNow(),
        };
        values.AddIfPresent("failures", end.Failures);
        await InsertAsync(Fingerprint(end), slice.Key().ChunkId(end.Chunk), values, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask WriteUndecodableAsync(QueueItem item, string reason, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, object>
        {
            ["kind"] = "message",
            ["queue"] = StorageNames.ChunksQueue,
            ["category"] = nameof(ErrorCategory.Undecodable),
            ["reason"] = reason.Length > MaxReason ? reason[..MaxReason] : reason,
            ["body"] = Encoding.UTF8.GetBytes(item.Body),
            ["at"] = time.GetUtcNow(),
        };
        await InsertAsync(nameof(ErrorCategory.Undecodable), item.MessageId, values, cancellationToken).ConfigureAwait(false);
    }

    private static string Fingerprint(ChunkEnd end)
    {
        var digits = string.Concat((end.Reason ?? "").Where(character => !char.IsAsciiDigit(character)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{end.Category}:{digits}")))[..16];
    }

    private async ValueTask InsertAsync(string fingerprint, string id, Dictionary<string, object> values, CancellationToken cancellationToken) =>
        _ = await tables.TryInsertAsync(
            StorageNames.DeadLettersTable, new TableRow(fingerprint, id, values), cancellationToken).ConfigureAwait(false);
}
