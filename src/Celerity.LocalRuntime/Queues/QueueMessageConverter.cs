using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Gives a <see cref="QueueMessage"/> parameter the message itself.</summary>
[SupportedTargetType(typeof(QueueMessage))]
internal sealed class QueueMessageConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.TargetType == typeof(QueueMessage) && context.Source is QueueMessage message
            ? ConversionResult.Success(message)
            : ConversionResult.Unhandled());
}
