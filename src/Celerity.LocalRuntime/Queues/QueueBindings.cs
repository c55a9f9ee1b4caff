namespace Celerity.LocalRuntime.Queues;

/// <summary>Opens the queues that binding attributes name.</summary>
internal sealed class QueueBindings(IQueueSource source, Func<string, string> resolveName)
{
    /// <param name="connection">The attribute's connection.</param>
    /// <param name="queueName">The attribute's queue name, with <c>%setting%</c> perhaps.</param>
    /// <param name="functionName">The function, for the error.</param>
    public IStorageQueue Open(string? connection, string queueName, string functionName) =>
        OpenExact(connection, QueueName.Normalize(resolveName(queueName), functionName));

    public IStorageQueue OpenExact(string? connection, string queueName) => source.Open(connection, queueName);
}
