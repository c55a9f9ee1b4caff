using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Http;

/// <summary>Gives the request itself to any parameter of its type, and the body to the trigger parameter.</summary>
internal sealed class HttpTriggerConverter(IOptions<WorkerOptions> options) : IInputConverter
{
    private readonly ObjectSerializer _serializer = options.Value.Serializer!;

    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        var functionContext = context.FunctionContext;
        if (functionContext.Features.Get<HttpExchange>() is not { } exchange)
        {
            return ConversionResult.Unhandled();
        }

        if (context.TargetType == typeof(HttpRequest))
        {
            return exchange.UsesAspNetCore ? ConversionResult.Success(exchange.Http.Request) : ConversionResult.Unhandled();
        }

        if (context.TargetType == typeof(HttpRequestData))
        {
            return ConversionResult.Success(await exchange.GetHttpRequestDataAsync(functionContext).ConfigureAwait(false));
        }

        if (!context.TryGetBindingAttribute<HttpTriggerAttribute>(out _))
        {
            return ConversionResult.Unhandled();
        }

        try
        {
            return ConversionResult.Success(await exchange.ReadBodyAsync(functionContext, context.TargetType, _serializer).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return ConversionResult.Failed(exception);
        }
    }
}
