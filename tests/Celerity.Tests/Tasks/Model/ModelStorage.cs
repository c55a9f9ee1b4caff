using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The seams of one process: each call stops until the explorer lets it go.</summary>
internal sealed class ModelStorage(ModelWorld world, ModelConsumer consumer) : ITableStore, IQueueStore, IBlobStore
{
    /// <summary>Gets whether an end was stored by this pass.</summary>
    public bool HasEnded { get; set; }

    // Figures of dead letters have tests of their own: what keeps a letter is one step, which is refused where they have changed.
    // Notes are for the sweep: where that is not in the model they cost no step.
    private bool IsNote(string table) => table == StorageNames.ControlTable && !world.Scenario.HasClock;

    ValueTask<string?> ITableStore.TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken)
    {
        if (IsNote(table))
        {
            return ValueTask.FromResult<string?>("note");
        }

        HasEnded |= row.Values.ContainsKey("endedAt");
        return table == StorageNames.DeadLettersTable
            ? ValueTask.FromResult(world.Tables.Insert(table, row))
            : consumer.CallAsync("insert", () => $"{row.RowKey} {Short(row)}", () => world.Tables.Insert(table, row));
    }

    ValueTask<bool> ITableStore.TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        consumer.CallAsync("insert", () => Names(rows), () => world.Tables.InsertAll(table, rows));

    ValueTask<IReadOnlyList<string>?> ITableStore.TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        HasEnded |= rows.Any(row => row.Values.ContainsKey("endedAt"));
        return consumer.CallAsync(
            table == StorageNames.DeadLettersTable ? "keep" : "write", () => Names(rows), () => world.Tables.WriteAll(table, rows));
    }

    ValueTask<string?> ITableStore.TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken)
    {
        HasEnded |= row.Values.ContainsKey("endedAt");
        return consumer.CallAsync("replace", () => $"{row.RowKey} {etag} {Short(row)}", () => world.Tables.Replace(table, row, etag));
    }

    ValueTask<bool> ITableStore.TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
        IsNote(table)
            ? ValueTask.FromResult(true)
            : consumer.CallAsync("delete", () => $"{partitionKey} {rowKey} {etag}", () => world.Tables.Delete(table, partitionKey, rowKey, etag));

    ValueTask<bool> ITableStore.TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<TableRow?> ITableStore.FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        table == StorageNames.DeadLettersTable ? ValueTask.FromResult(world.Tables.Find(table, partitionKey, rowKey)) : consumer.CallAsync("find", () => rowKey, () => world.Tables.Find(table, partitionKey, rowKey));

    async IAsyncEnumerable<TableRow> ITableStore.QueryAsync(
        string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Where nobody revokes, all is as if revocations had been read just now: one step less in every order.
        if (world.Scenario.Revokes == 0 && query.PartitionKey == "revocations")
        {
            yield break;
        }

        foreach (var row in await consumer.CallAsync("query", () => $"{table} {query.PartitionKey}", () => world.Tables.Query(table, query)).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    async ValueTask IQueueStore.SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
        await consumer.CallAsync("send", () => queue, () =>
        {
            world.Queues.Send(queue, body, delay);
            return true;
        }).ConfigureAwait(false);

    ValueTask<IReadOnlyList<QueueItem>> IQueueStore.ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        consumer.CallAsync<IReadOnlyList<QueueItem>>("receive", () => queue, () =>
        {
            var items = world.Queues.VisibleOn(queue).Select(world.Queues.Receive).ToList();
            consumer.Items.AddRange(items);
            return items;
        });

    ValueTask<bool> IQueueStore.TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
        consumer.CallAsync("delete", () => item.MessageId, () => world.Queues.Delete(item));

    ValueTask<int> IQueueStore.CountAsync(string queue, CancellationToken cancellationToken) =>
        consumer.CallAsync("count", () => queue, () => world.Queues.Count(queue));

    ValueTask<bool> IBlobStore.TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask IBlobStore.WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<bool> IBlobStore.TryCommitAsync(
        string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken) => throw new NotSupportedException();

    IAsyncEnumerable<BlobItem> IBlobStore.ListAsync(string container, string prefix, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<BlobFacts?> IBlobStore.FindAsync(string container, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    async ValueTask<Stream> IBlobStore.OpenReadAsync(
        string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
        await consumer.CallAsync("find", () => name, () => world.Blobs.GetValueOrDefault(name)).ConfigureAwait(false) is { } content
            ? new MemoryStream(content)
            : throw new BlobGoneException(container, name);

    ValueTask<bool> IBlobStore.TryDeleteAsync(string container, string name, CancellationToken cancellationToken) =>
        consumer.CallAsync("delete", () => name, () => world.Blobs.Remove(name));

    async ValueTask IBlobStore.WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var copy = content.ToArray();
        await consumer.CallAsync("write", () => name, () =>
        {
            world.Blobs[name] = copy;
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>What a pass can tell one row from another by.</summary>
    public static string Short(TableRow row) => string.Join(
        ',', Columns.Select(name => row.Values.GetValueOrDefault(name)).Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    private static readonly string[] Columns = ["state", "seq", "delivery", "attempt", "crashes", "messageId", "dequeueCount", "attemptId", "ticketState", "id"];

    private static string Names(IReadOnlyList<TableRow> rows) => string.Join(' ', rows.Select(row => $"{row.RowKey} {row.ETag} {Short(row)}"));
}
