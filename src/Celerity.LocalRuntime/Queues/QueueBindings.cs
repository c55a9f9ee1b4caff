using System.Collections.Concurrent;
using Celerity.LocalRuntime.Settings;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Opens the queues that binding attributes name.</summary>
internal sealed class QueueBindings(IQueueSource source, SettingTokens tokens)
{
    private readonly ConcurrentDictionary<(string? Connection, string Queue), IStorageQueue> _opened = [];

    /// <param name="connection">The attribute's connection.</param>
    /// <param name="queueName">The attribute's queue name, with <c>%setting%</c> perhaps.</param>
    /// <param name="functionName">The function, for the error.</param>
    public IStorageQueue Open(string? connection, string queueName, string functionName) =>
        _opened.GetOrAdd((connection, queueName), key =>
        {
            var owner = $"The queue function \"{functionName}\"";
            var resolved = key.Connection is null ? null : tokens.Resolve(key.Connection, owner);
            return source.Open(resolved, QueueName.Normalize(tokens.Resolve(key.Queue, owner), owner));
        });

    /// <summary>Opens the poison queue of one that a trigger names; <see langword="null"/> when it has none.</summary>
    public IStorageQueue? OpenPoison(string? connection, IStorageQueue queue, string functionName) =>
        QueueName.FindPoison(queue.Name) is { } name ? Open(connection, name, functionName) : null;
}
