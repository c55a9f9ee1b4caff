using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Gives a <see cref="BinaryData"/> parameter the message's body.</summary>
[SupportedTargetType(typeof(BinaryData))]
internal sealed class QueueMessageBinaryDataConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.TargetType == typeof(BinaryData) && context.Source is QueueMessage message
            ? ConversionResult.Success(message.Body)
            : ConversionResult.Unhandled());
}
