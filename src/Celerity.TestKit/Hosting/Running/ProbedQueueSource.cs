using System.Collections.Concurrent;
using Celerity.LocalRuntime.Queues;
using Celerity.TestKit.Hosting.Storage;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>The queues that the runtime opens, watched.</summary>
internal sealed class ProbedQueueSource(IQueueSource inner, AppProcess process, QueueRuntimeSettings settings) : IQueueSource
{
    private readonly ConcurrentDictionary<Uri, ProbedQueue> _opened = new();

    /// <summary>Gets the queues that functions listen to.</summary>
    public IEnumerable<IStorageQueue> Listened => _opened.Values.Where(queue => queue.IsListened);

    public IStorageQueue Open(string? connection, string queueName)
    {
        var queue = new ProbedQueue(inner.Open(connection, queueName), process, settings);
        return _opened.GetOrAdd(queue.Uri, queue);
    }

    /// <summary>Gets the addresses of an account's queue as the runtime knows it.</summary>
    public IEnumerable<Uri> Addresses(string account, string name) =>
        _opened.Values.Where(queue => queue.Name == name && StorageRequest.Split(queue.Uri).Account == account).Select(queue => queue.Uri);
}
