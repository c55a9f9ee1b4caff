using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Invocation.Converters;

/// <summary>Reads JSON text or bytes with the worker's serializer; numbers and booleans too.</summary>
internal sealed class JsonPocoConverter(IOptions<WorkerOptions> options) : IInputConverter
{
    private readonly ObjectSerializer _serializer = options.Value.Serializer ?? throw new InvalidOperationException("A serializer is not configured for the worker.");

    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        byte[]? json = context.Source switch
        {
            string text => Encoding.UTF8.GetBytes(text),
            byte[] bytes => bytes,
            ReadOnlyMemory<byte> memory => memory.ToArray(),
            _ => null,
        };
        if (json is not { Length: > 0 } || context.TargetType == typeof(string))
        {
            return ConversionResult.Unhandled();
        }

        try
        {
            using var stream = new MemoryStream(json, writable: false);
            return ConversionResult.Success(
                await _serializer.DeserializeAsync(stream, context.TargetType, context.FunctionContext.CancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException or InvalidOperationException)
        {
            return ConversionResult.Failed(exception);
        }
    }
}
