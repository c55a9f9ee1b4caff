using System.Collections.Concurrent;
using Celerity.LocalRuntime.Queues;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>Opens queues in memory, and keeps which ones were asked for.</summary>
internal sealed class MemorySource(TimeProvider time) : IQueueSource
{
    private readonly ConcurrentDictionary<string, MemoryQueue> _queues = [];
    private readonly ConcurrentQueue<(string? Connection, string Name)> _opened = [];

    public IReadOnlyCollection<(string? Connection, string Name)> Opened => _opened;

    public MemoryQueue this[string name] => _queues.GetOrAdd(name, _ => new MemoryQueue(name, time));

    public IStorageQueue Open(string? connection, string queueName)
    {
        _opened.Enqueue((connection, queueName));
        return this[queueName];
    }
}
