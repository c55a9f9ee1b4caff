using Celerity.Retry;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.DeadLetters;

/// <summary>Keeps dead letters, by the fingerprint of their cause. Adding one again changes nothing.</summary>
internal sealed class DeadLetterStore(ITableStore tables, IBlobStore blobs)
{
    private const int MaxRowBodyBytes = 60 * 1024;

    /// <summary>Keeps a message that nobody can read, with its bytes.</summary>
    public ValueTask AddUndecodableAsync(UndecodableItem item, string queue, DateTimeOffset at, CancellationToken cancellationToken) => AddAsync(
        new DeadLetterRecord
        {
            Id = item.Id,
            Kind = "message",
            Queue = queue,
            Category = ErrorCategory.Undecodable,
            Reason = item.Reason,
            At = at,
            Host = Environment.MachineName,
            Body = item.Bytes,
        },
        cancellationToken);

    public async ValueTask AddAsync(DeadLetterRecord record, CancellationToken cancellationToken)
    {
        // A parser's words may quote the message.
        var reason = record.Reason.AtMost(FailureRecord.MaxMessageChars);
        var fingerprint = Fingerprint.Of(record.Task ?? record.Stage, record.Category, record.Failures is [.., var last] ? last.Type : null, reason);
        var key = TableKeys.Escape(record.Id);
        var values = new Dictionary<string, object>
        {
            ["id"] = record.Id,
            ["kind"] = record.Kind,
            ["queue"] = record.Queue,
            ["category"] = record.Category.ToString(),
            ["reason"] = reason,
            ["at"] = record.At,
            ["host"] = record.Host,
            ["attempt"] = record.Attempt,
            ["crashes"] = record.Crashes,
        };
        values.AddIfPresent("task", record.Task);
        values.AddIfPresent("run", record.Run);
        values.AddIfPresent("stage", record.Stage);
        values.AddIfPresent("chunk", record.Chunk);
        values.AddIfPresent("correlationId", record.CorrelationId);
        values.AddIfPresent("failures", FailureHistory.Write(record.Failures));
        if (record.Body.Length <= MaxRowBodyBytes)
        {
            values["body"] = record.Body.ToArray();
        }
        else
        {
            // First, so that no record points at a blob that is not there.
            var name = $"{fingerprint}/{key}";
            await blobs.WriteAsync(StorageNames.DeadLettersContainer, name, record.Body, cancellationToken).ConfigureAwait(false);
            values["bodyBlob"] = name;
        }

        // A refusal is the same record, written by an earlier pass.
        _ = await tables.TryInsertAsync(StorageNames.DeadLettersTable, new TableRow(fingerprint, key, values), cancellationToken).ConfigureAwait(false);
    }
}
