using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function for each message of a storage queue.</summary>
/// <param name="queueName">The queue's name, or a <c>%setting%</c> that holds it.</param>
[InputConverter(typeof(QueueMessageBinaryDataConverter))]
[InputConverter(typeof(QueueMessageConverter))]
[ConverterFallbackBehavior(ConverterFallbackBehavior.Allow)]
public sealed class QueueTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>Gets the queue's name as written.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>Gets or sets the setting that holds the connection; <see langword="null"/> means <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
