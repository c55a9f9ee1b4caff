using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Gives a <see cref="QueueMessage"/> parameter the message itself.</summary>
[SupportedTargetType(typeof(QueueMessage))]
internal sealed class QueueMessageConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(context.Source switch
    {
        _ when context.TargetType != typeof(QueueMessage) => ConversionResult.Unhandled(),
        QueueMessage message => ConversionResult.Success(message),

        // A run by hand has the body only.
        string text => ConversionResult.Success(QueuesModelFactory.QueueMessage("", "", text, 1)),
        _ => ConversionResult.Unhandled(),
    });
}
