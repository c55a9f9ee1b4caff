using Microsoft.Azure.Functions.Worker.Converters;

namespace Celerity.LocalRuntime.Invocation.Converters;

internal sealed class GuidConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new((Nullable.GetUnderlyingType(context.TargetType) ?? context.TargetType) == typeof(Guid)
            && context.Source is string text && Guid.TryParse(text, out var parsed)
            ? ConversionResult.Success(parsed)
            : ConversionResult.Unhandled());
}
