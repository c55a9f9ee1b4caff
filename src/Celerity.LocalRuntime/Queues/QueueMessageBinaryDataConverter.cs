using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Gives a <see cref="BinaryData"/> parameter the message's body.</summary>
[SupportedTargetType(typeof(BinaryData))]
internal sealed class QueueMessageBinaryDataConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(context.Source switch
    {
        _ when context.TargetType != typeof(BinaryData) => ConversionResult.Unhandled(),
        QueueMessage message => ConversionResult.Success(message.Body),

        // A run by hand has the body only.
        string text => ConversionResult.Success(BinaryData.FromString(text)),
        _ => ConversionResult.Unhandled(),
    });
}
