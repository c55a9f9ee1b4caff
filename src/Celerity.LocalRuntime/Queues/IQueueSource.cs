namespace Celerity.LocalRuntime.Queues;

/// <summary>Opens queues by connection name and queue name.</summary>
internal interface IQueueSource
{
    /// <param name="connection">The setting that holds the connection; <see langword="null"/> means <c>AzureWebJobsStorage</c>.</param>
    /// <param name="queueName">A valid queue name.</param>
    IStorageQueue Open(string? connection, string queueName);
}
