using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tests.Schedules;

/// <summary>Lets something else happen before one of a process's calls to storage: one interleaving.</summary>
internal static class Stops
{
    /// <summary>Before the call of this number, from 1; 0 for never.</summary>
    public static void Add(IServiceCollection services, int stopAt, Func<Task> meanwhile)
    {
        var calls = 0;
        var tables = services.Last(service => service.ServiceType == typeof(ITableStore));
        var queues = services.Last(service => service.ServiceType == typeof(IQueueStore));
        services.Replace(ServiceDescriptor.Singleton<ITableStore>(provider => new Tables((ITableStore)tables.ImplementationFactory!(provider), StopAsync)));
        services.Replace(ServiceDescriptor.Singleton<IQueueStore>(provider => new Queues((IQueueStore)queues.ImplementationFactory!(provider), StopAsync)));

        async ValueTask StopAsync()
        {
            if (++calls == stopAt)
            {
                await meanwhile();
            }
        }
    }

    private sealed class Tables(ITableStore inner, Func<ValueTask> stopAsync) : ITableStore
    {
        public async ValueTask<string?> TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.TryInsertAsync(table, row, cancellationToken);
        }

        public async ValueTask<bool> TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.TryInsertAllAsync(table, rows, cancellationToken);
        }

        public async ValueTask<IReadOnlyList<string>?> TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.TryWriteAllAsync(table, rows, cancellationToken);
        }

        public async ValueTask<string?> TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.TryReplaceAsync(table, row, etag, cancellationToken);
        }

        public async ValueTask<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.TryDeleteAsync(table, partitionKey, rowKey, etag, cancellationToken);
        }

        public async ValueTask<bool> TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.TryDeleteAllAsync(table, rows, cancellationToken);
        }

        public async ValueTask<TableRow?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken)
        {
            await stopAsync();
            return await inner.FindAsync(table, partitionKey, rowKey, cancellationToken);
        }

        public async IAsyncEnumerable<TableRow> QueryAsync(
            string table, TableQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await stopAsync();
            await foreach (var row in inner.QueryAsync(table, query, cancellationToken))
            {
                yield return row;
            }
        }
    }

    private sealed class Queues(IQueueStore inner, Func<ValueTask> stopAsync) : IQueueStore
    {
        public async ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken)
        {
            await stopAsync();
            await inner.SendAsync(queue, body, delay, cancellationToken);
        }

        public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
            inner.ReceiveAsync(queue, limit, lease, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) => inner.TryDeleteAsync(queue, item, cancellationToken);

        public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) => inner.CountAsync(queue, cancellationToken);
    }
}
