using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;

internal sealed class FromBodyConverter : IInputConverter
{
    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        context.FunctionContext.Features.Get<IFromBodyConversionFeature>() is { } feature
            ? ConversionResult.Success(await feature.ConvertAsync(context.FunctionContext, context.TargetType).ConfigureAwait(false))
            : ConversionResult.Unhandled();
}
