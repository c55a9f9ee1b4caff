using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Sends what the function returns, or what the property holds, to a storage queue.</summary>
/// <param name="queueName">The queue's name, or a <c>%setting%</c> that holds it.</param>
public sealed class QueueOutputAttribute(string queueName) : OutputBindingAttribute
{
    /// <summary>Gets the queue's name as written.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>Gets or sets the setting that holds the connection; <see langword="null"/> means <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
