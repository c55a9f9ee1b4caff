using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker.Extensions.Timer.Converters;

[SupportedTargetType(typeof(TimerInfo))]
internal sealed class TimerInfoConverter : IInputConverter
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        if (context.TargetType != typeof(TimerInfo) || context.Source is not string json)
        {
            return ValueTask.FromResult(ConversionResult.Unhandled());
        }

        try
        {
            return ValueTask.FromResult(ConversionResult.Success(JsonSerializer.Deserialize<TimerInfo>(json, Options)));
        }
        catch (JsonException exception)
        {
            return ValueTask.FromResult(ConversionResult.Failed(exception));
        }
    }
}
