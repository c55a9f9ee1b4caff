using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Invocation;

/// <summary>Gives a parameter its value: from a hook, an input binding, or the first converter that takes the source.</summary>
internal sealed class InputConversion(IServiceProvider services, IOptions<WorkerOptions> options, IEnumerable<IInputBinding> inputBindings)
{
    private readonly IInputBinding[] _inputBindings = [.. inputBindings];
    private readonly ConcurrentDictionary<Type, IInputConverter> _converters = new();
    private readonly ConcurrentDictionary<ParameterInfo, IInputConverter[]> _candidates = new();

    public async ValueTask<object?> ConvertAsync(LocalFunctionContext context, int index)
    {
        var parameter = context.Plan.Parameters[index];
        if (context.Request.Bind?.Invoke(parameter) is { } bound)
        {
            return bound.Value;
        }

        if (Array.Find(_inputBindings, binding => binding.Binds(parameter)) is { } inputBinding)
        {
            return await inputBinding.BindAsync(parameter, context).ConfigureAwait(false);
        }

        var definition = context.Plan.Definition.Parameters[index];
        var source = SourceOf(context, parameter);
        var conversion = new Conversion(definition, source, context);
        foreach (var converter in _candidates.GetOrAdd(parameter, CandidatesFor))
        {
            var result = await converter.ConvertAsync(conversion).ConfigureAwait(false);
            switch (result.Status)
            {
                case ConversionStatus.Succeeded:
                    return result.Value;
                case ConversionStatus.Failed when source is not null:
                    throw Error(definition, source, result.Error?.Message ?? "the converter failed.", result.Error);
                case ConversionStatus.Failed:
                    return DefaultOf(definition);
                case ConversionStatus.Unhandled:
                    break;
                default:
                    throw new InvalidOperationException($"{result.Status} is no conversion status.");
            }
        }

        return definition.HasDefaultValue || definition.IsReferenceOrNullableType
            ? definition.DefaultValue
            : throw Error(definition, source, "no converter handles it.", innerException: null);
    }

    private static object? SourceOf(LocalFunctionContext context, ParameterInfo parameter) =>
        parameter == context.Plan.Function.Trigger && context.Request.TriggerValue is { } triggerValue
            ? triggerValue
            : context.BindingContext.BindingData.GetValueOrDefault(parameter.Name!);

    private static object? DefaultOf(FunctionParameter parameter) =>
        parameter.HasDefaultValue || parameter.IsReferenceOrNullableType
            ? parameter.DefaultValue
            : Activator.CreateInstance(parameter.Type);

    private static InputConversionException Error(FunctionParameter parameter, object? source, string reason, Exception? innerException) =>
        new(
            $"Cannot convert input parameter '{parameter.Name}' to type '{parameter.Type.FullName}' from type '{source?.GetType().FullName ?? "null"}'. Error:{reason}",
            innerException);

    private IInputConverter[] CandidatesFor(ParameterInfo parameter)
    {
        var targetType = parameter.ParameterType;
        var named = parameter.GetCustomAttributes<InputConverterAttribute>()
            .Concat(targetType.GetCustomAttributes<InputConverterAttribute>())
            .Select(attribute => attribute.ConverterType);

        var binding = parameter.GetCustomAttribute<BindingAttribute>()?.GetType();
        var advertised = (binding?.GetCustomAttributes<InputConverterAttribute>() ?? [])
            .Select(attribute => attribute.ConverterType)
            .Where(type => Supports(type, targetType));

        var fallback = binding?.GetCustomAttribute<ConverterFallbackBehaviorAttribute>()?.Behavior == ConverterFallbackBehavior.Disallow
            ? []
            : options.Value.InputConverters.AsEnumerable();
        return [.. named.Concat(advertised).Concat(fallback).Distinct().Select(Get)];
    }

    private static bool Supports(Type converter, Type target)
    {
        var supported = converter.GetCustomAttributes<SupportedTargetTypeAttribute>().Select(attribute => attribute.TargetType).ToList();
        return supported.Count == 0 || supported.Contains(target);
    }

    private IInputConverter Get(Type type) =>
        _converters.GetOrAdd(type, converter => (IInputConverter)ActivatorUtilities.GetServiceOrCreateInstance(services, converter));

    private sealed class Conversion(FunctionParameter parameter, object? source, FunctionContext context) : ConverterContext
    {
        public override Type TargetType => parameter.Type;

        public override object? Source => source;

        public override FunctionContext FunctionContext => context;

        public override IReadOnlyDictionary<string, object> Properties => parameter.Properties;
    }
}
