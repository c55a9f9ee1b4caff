using System.Runtime.CompilerServices;
using Celerity.Storage;
using Celerity.TestKit.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Stages.Interleaving;

/// <summary>Storage that stops a <see cref="SteppedActor"/> before each call.</summary>
internal static class SteppedStorage
{
    public static void Add(IServiceCollection services, InMemoryStorage storage)
    {
        services.AddSingleton<ITableStore>(new Tables(storage.Tables));
        services.AddSingleton<IQueueStore>(new Queues(storage.Queues));
        services.AddSingleton<IBlobStore>(new Blobs(storage.Blobs));
    }

    private static async ValueTask<T> StepAsync<T>(Func<ValueTask<T>> call)
    {
        await SteppedActor.BeforeCallAsync();
        return await call();
    }

    private static async ValueTask StepAsync(Func<ValueTask> call)
    {
        await SteppedActor.BeforeCallAsync();
        await call();
    }

    private sealed class Tables(ITableStore inner) : ITableStore
    {
        public ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryInsertAsync(table, row, cancellationToken));

        public ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryInsertAllAsync(table, rows, cancellationToken));

        public ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryWriteAllAsync(table, rows, cancellationToken));

        public ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryReplaceAsync(table, row, etag, cancellationToken));

        public ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryDeleteAsync(table, partitionKey, rowKey, etag, cancellationToken));

        public ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryDeleteAllAsync(table, rows, cancellationToken));

        public ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            StepAsync(() => inner.FindAsync(table, partitionKey, rowKey, cancellationToken));

        public async IAsyncEnumerable<TableRow> QueryAsync(
            string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await SteppedActor.BeforeCallAsync();
            await foreach (var row in inner.QueryAsync(table, query, cancellationToken))
            {
                yield return row;
            }
        }
    }

    private sealed class Queues(IQueueStore inner) : IQueueStore
    {
        public ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
            StepAsync(() => inner.SendAsync(queue, body, delay, cancellationToken));

        public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
            StepAsync(() => inner.ReceiveAsync(queue, limit, lease, cancellationToken));

        public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryDeleteAsync(queue, item, cancellationToken));

        public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) =>
            StepAsync(() => inner.CountAsync(queue, cancellationToken));
    }

    private sealed class Blobs(IBlobStore inner) : IBlobStore
    {
        public ValueTask<BlobFacts?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
            StepAsync(() => inner.FindAsync(container, name, cancellationToken));

        public ValueTask<Stream> OpenReadAsync(
            string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
            StepAsync(() => inner.OpenReadAsync(container, name, offset, length, etag, cancellationToken));

        public ValueTask WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            StepAsync(() => inner.WriteAsync(container, name, content, cancellationToken));

        public ValueTask<bool> TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryWriteNewAsync(container, name, content, cancellationToken));

        public ValueTask WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            StepAsync(() => inner.WriteBlockAsync(container, name, block, content, cancellationToken));

        public ValueTask<bool> TryCommitAsync(
            string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryCommitAsync(container, name, blocks, owner, etag, cancellationToken));

        public IAsyncEnumerable<BlobItem> ListAsync(string container, string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(container, prefix, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken) =>
            StepAsync(() => inner.TryDeleteAsync(container, name, cancellationToken));
    }
}
