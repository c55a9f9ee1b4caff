using System.Collections.Concurrent;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Opens the queues that binding attributes name.</summary>
internal sealed class QueueBindings(IQueueSource source, Func<string, string> resolveName)
{
    private readonly ConcurrentDictionary<(string? Connection, string Queue), IStorageQueue> _opened = [];

    /// <param name="connection">The attribute's connection.</param>
    /// <param name="queueName">The attribute's queue name, with <c>%setting%</c> perhaps.</param>
    /// <param name="functionName">The function, for the error.</param>
    public IStorageQueue Open(string? connection, string queueName, string functionName) =>
        _opened.GetOrAdd((connection, queueName), key => source.Open(key.Connection, QueueName.Normalize(resolveName(key.Queue), functionName)));

    /// <summary>Opens the poison queue of one that a trigger names; <see langword="null"/> when it has none.</summary>
    public IStorageQueue? OpenPoison(string? connection, IStorageQueue queue) =>
        QueueName.FindPoison(queue.Name) is { } name ? source.Open(connection, name) : null;
}
