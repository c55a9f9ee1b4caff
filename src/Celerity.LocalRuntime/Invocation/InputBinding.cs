using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Binds one invocation's parameters, each once; a middleware may bind early and replace a value.</summary>
internal sealed class InputBinding(LocalFunctionContext context, InputConversion conversion) : IFunctionInputBindingFeature
{
    private readonly Dictionary<string, object?> _bound = new(StringComparer.Ordinal);

    public async ValueTask<FunctionInputBindingResult> BindFunctionInputAsync(FunctionContext functionContext)
    {
        var parameters = context.Plan.Parameters;
        var values = new object?[parameters.Count];
        List<string>? errors = null;
        for (var index = 0; index < values.Length; index++)
        {
            try
            {
                values[index] = await BindAsync(index).ConfigureAwait(false);
            }
            catch (InputConversionException exception)
            {
                (errors ??= []).Add(exception.Message);
            }
        }

        return errors is null
            ? new FunctionInputBindingResult(values)
            : throw new FunctionInputConverterException(
                $"Error converting {errors.Count} input parameters for Function '{context.Plan.Function.Name}': {string.Join(Environment.NewLine, errors)}");
    }

    public async ValueTask<object?> BindAsync(int index)
    {
        var name = context.Plan.Parameters[index].Name!;
        if (!_bound.TryGetValue(name, out var value))
        {
            value = await conversion.ConvertAsync(context, index).ConfigureAwait(false);
            _bound[name] = value;
        }

        return value;
    }

    public int IndexOf(string name)
    {
        for (var index = 0; index < context.Plan.Parameters.Count; index++)
        {
            if (string.Equals(context.Plan.Parameters[index].Name, name, StringComparison.Ordinal))
            {
                return index;
            }
        }

        throw new InvalidOperationException($"The function '{context.Plan.Function.Name}' has no parameter for the binding '{name}'.");
    }

    public void Replace(string name, object? value) => _bound[name] = value;
}
