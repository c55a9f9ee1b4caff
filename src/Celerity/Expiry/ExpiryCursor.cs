using Celerity.Storage;

namespace Celerity.Expiry;

/// <summary>How far a walk through a table's old partitions has come, so that the next round goes on there.</summary>
/// <param name="Partition">The partition to look at next, or the first after it.</param>
/// <param name="RowKey">The row to go on from in that very partition.</param>
/// <param name="RestUntil">When the next walk begins, where the last one has come to its end.</param>
internal sealed record ExpiryCursor(string Partition, string RowKey, DateTimeOffset RestUntil)
{
    private const string PartitionOfCursors = "expiry";

    private string ETag { get; init; } = "";

    public static async ValueTask<ExpiryCursor> ReadAsync(ITableStore tables, string walk, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, PartitionOfCursors, walk, cancellationToken).ConfigureAwait(false) is { } row
            ? new ExpiryCursor(row.FindString("partition") ?? "", row.FindString("fromRow") ?? "", row.FindTime("restUntil") ?? default) { ETag = row.ETag }
            : new ExpiryCursor("", "", default);

    /// <summary>Keeps the cursor. Refused where another round has moved it: both have deleted what they saw, which does no harm.</summary>
    public async ValueTask WriteAsync(ITableStore tables, string walk, CancellationToken cancellationToken)
    {
        var row = new TableRow(PartitionOfCursors, walk, new Dictionary<string, object>
        {
            ["partition"] = Partition,
            ["fromRow"] = RowKey,
            ["restUntil"] = RestUntil,
        });
        _ = ETag.Length == 0
            ? await tables.TryInsertAsync(StorageNames.ControlTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.ControlTable, row, ETag, cancellationToken).ConfigureAwait(false);
    }
}
