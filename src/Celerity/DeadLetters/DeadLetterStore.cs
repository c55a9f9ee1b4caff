using System.Text;
using Celerity.Storage;

namespace Celerity.DeadLetters;

/// <summary>Keeps dead letters, grouped by fingerprint. Writing one is an effect: written again it stays as it is.</summary>
internal sealed class DeadLetterStore(ITableStore tables, IBlobStore blobs, TimeProvider time)
{
    private const int MaxInRowBytes = 60 * 1024;

    public async ValueTask WriteAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, object>
        {
            ["kind"] = letter.Kind,
            ["name"] = letter.Name,
            ["queue"] = letter.Queue,
            ["category"] = letter.Category.ToString(),
            ["reason"] = letter.Reason,
            ["attempt"] = letter.Attempt,
            ["at"] = time.GetUtcNow(),
        };
        values.AddIfPresent("failures", letter.Failures);
        values.AddIfPresent("correlationId", letter.CorrelationId);
        var body = Encoding.UTF8.GetBytes(letter.Body);
        if (body.Length <= MaxInRowBytes)
        {
            values["body"] = body;
        }
        else
        {
            await blobs.WriteAsync(StorageNames.DeadLettersContainer, letter.Id, body, cancellationToken).ConfigureAwait(false);
            values["bodyBlob"] = letter.Id;
        }

        _ = await tables.TryInsertAsync(
            StorageNames.DeadLettersTable, new TableRow(letter.Fingerprint(), letter.Id, values), cancellationToken).ConfigureAwait(false);
    }
}
