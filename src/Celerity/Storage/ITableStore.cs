namespace Celerity.Storage;

/// <summary>Rows by partition and row key. The one durable truth of the engine; every conditional write says whether it won.</summary>
/// <remarks>
/// No method retries a conflict. A reply that is lost after the service has written looks like a refusal of one's own write:
/// callers re-read and decide, they never take a refusal for somebody else's work. A missing table throws, from reads too: it is no empty one.
/// </remarks>
internal interface ITableStore
{
    /// <summary>Inserts a row if there is none.</summary>
    /// <returns>The new row's ETag, or <see langword="null"/> where a row was there already.</returns>
    ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken);

    /// <summary>Inserts 1 to 100 rows of one partition in one transaction: all, or none where any is there already.</summary>
    ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken);

    /// <summary>
    /// Writes 1 to 100 rows of one partition in one transaction: a row without an ETag is inserted if there is none, a row with one replaces
    /// the row of that version. All, or none where any is refused.
    /// </summary>
    /// <returns>The new ETags, in the order of <paramref name="rows"/>; <see langword="null"/> where nothing was written.</returns>
    ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken);

    /// <summary>Replaces a row whose ETag is still <paramref name="etag"/>.</summary>
    /// <returns>The new ETag, or <see langword="null"/> where the row has changed or is gone.</returns>
    ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken);

    /// <summary>Deletes a row whose ETag is still <paramref name="etag"/>; <see langword="false"/> where it has changed or is gone.</summary>
    ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken);

    /// <summary>Deletes 1 to 100 rows of one partition in one transaction, each only where its version is still that of <paramref name="rows"/>.</summary>
    /// <returns><see langword="false"/> where any has changed or is gone: then none was deleted.</returns>
    ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken);

    /// <summary>Reads one row; <see langword="null"/> where there is none.</summary>
    ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken);

    /// <summary>Reads the rows that <paramref name="query"/> names, in key order.</summary>
    IAsyncEnumerable<TableRow> QueryAsync(string table, TableQuery query, CancellationToken cancellationToken);
}
