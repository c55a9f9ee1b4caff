using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>
/// Notes of sends that have begun, written before anything else of the send and removed when it is done: the sweep finds what was
/// interrupted without reading the table of tasks.
/// </summary>
internal sealed class SendNotes(ITableStore tables, TimeProvider time)
{
    /// <summary>How old a note is before the sweep takes its sender for dead. One that lives on does no harm: both send the same message.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private const int ShardCount = 4;
    private const int SweepLimit = 500;

    /// <summary>Writes a note.</summary>
    /// <param name="id">The task.</param>
    /// <param name="orderPartition">The line of tickets that the send stands in, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<SendNote> AddAsync(string id, string? orderPartition, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var row = new TableRow(
            Partition(id[^1] % ShardCount), $"{Time(at)}:{TableKeys.Escape(id)}", new Dictionary<string, object> { ["id"] = id, ["at"] = at });
        ((Dictionary<string, object>)row.Values).AddIfPresent("orderPartition", orderPartition);
        var etag = await tables.TryInsertAsync(StorageNames.ControlTable, row, cancellationToken).ConfigureAwait(false);
        return new SendNote(row.PartitionKey, row.RowKey, etag, id, at, orderPartition);
    }

    public async ValueTask RemoveAsync(SendNote note, CancellationToken cancellationToken)
    {
        if (note.ETag is { } etag)
        {
            _ = await tables.TryDeleteAsync(StorageNames.ControlTable, note.PartitionKey, note.RowKey, etag, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the notes older than <see cref="Age"/>, up to 500 of each shard.</summary>
    public async IAsyncEnumerable<SendNote> FindOldAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = Time(time.GetUtcNow() - Age);
        for (var shard = 0; shard < ShardCount; shard++)
        {
            var query = new TableQuery(Partition(shard)) { RowKeyBefore = before, Limit = SweepLimit };
            await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false))
            {
                yield return new SendNote(
                    row.PartitionKey, row.RowKey, row.ETag, row.FindString("id")!, row.FindTime("at")!.Value, row.FindString("orderPartition"));
            }
        }
    }

    private static string Partition(int shard) => string.Create(CultureInfo.InvariantCulture, $"sends-{shard}");

    private static string Time(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString("D15", CultureInfo.InvariantCulture);
}
