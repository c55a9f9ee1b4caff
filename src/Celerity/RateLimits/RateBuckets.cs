using Celerity.Storage;

namespace Celerity.RateLimits;

/// <summary>Limits' buckets on table storage, one row each.</summary>
internal sealed class RateBuckets(ITableStore tables)
{
    private const string RowKey = "bucket";

    public async ValueTask<(RateBucket? Bucket, string ETag)> FindAsync(string limit, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.LimitsTable, PartitionOf(limit), RowKey, cancellationToken).ConfigureAwait(false) is { } row
            ? (new RateBucket(
                (double)row.Values["level"], row.FindTime("at")!.Value, CelerityJson.Read<IReadOnlyList<RateShare>>(row.FindString("shares")!)), row.ETag)
            : (null, "");

    /// <summary>Stores a bucket over the version that was read.</summary>
    /// <returns>Its new version; <see langword="null"/> where another was faster.</returns>
    public async ValueTask<string?> TryWriteAsync(string limit, RateBucket bucket, string etag, CancellationToken cancellationToken)
    {
        var row = new TableRow(PartitionOf(limit), RowKey, new Dictionary<string, object>
        {
            ["level"] = bucket.Level,
            ["at"] = bucket.At,
            ["shares"] = CelerityJson.Write(bucket.Shares),
        });
        return etag.Length == 0
            ? await tables.TryInsertAsync(StorageNames.LimitsTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.LimitsTable, row, etag, cancellationToken).ConfigureAwait(false);
    }

    private static string PartitionOf(string limit) => $"rate:{limit}";
}
