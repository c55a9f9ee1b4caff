using Celerity.Storage;

namespace Celerity.RateLimits;

/// <summary>Limits' buckets on table storage, one row each.</summary>
internal sealed class RateBuckets(ITableStore tables)
{
    /// <summary>The column that says when a bucket is full again if nobody asks for more.</summary>
    public const string FullAtColumn = "fullAt";

    private const string RowKey = "bucket";
    private const string Prefix = "rate:";
    private const string AfterAll = "rate;";
    private const int PageRows = 1000;

    /// <summary>Asks for a page of all buckets, of each when it is full again.</summary>
    /// <param name="from">The partition to begin with; empty for the first.</param>
    public static TableQuery All(string from) => new(null)
    {
        PartitionKeyFrom = from.Length > 0 ? from : Prefix,
        PartitionKeyBefore = AfterAll,
        Select = [FullAtColumn],
        Limit = PageRows,
    };

    public async ValueTask<(RateBucket? Bucket, string ETag)> FindAsync(string limit, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.LimitsTable, PartitionOf(limit), RowKey, cancellationToken).ConfigureAwait(false) is { } row
            ? (new RateBucket(
                (double)row.Values["level"], row.FindTime("at")!.Value, CelerityJson.Read<IReadOnlyList<RateShare>>(row.FindString("shares")!)), row.ETag)
            : (null, "");

    /// <summary>Stores a bucket over the version that was read.</summary>
    /// <returns>Its new version; <see langword="null"/> where another was faster.</returns>
    public async ValueTask<string?> TryWriteAsync(string limit, RateBucket bucket, RateTerms terms, string etag, CancellationToken cancellationToken)
    {
        var row = new TableRow(PartitionOf(limit), RowKey, new Dictionary<string, object>
        {
            ["level"] = bucket.Level,
            ["at"] = bucket.At,
            ["shares"] = CelerityJson.Write(bucket.Shares),
            [FullAtColumn] = bucket.FullAt(terms),
        });
        return etag.Length == 0
            ? await tables.TryInsertAsync(StorageNames.LimitsTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.LimitsTable, row, etag, cancellationToken).ConfigureAwait(false);
    }

    private static string PartitionOf(string limit) => $"{Prefix}{limit}";
}
