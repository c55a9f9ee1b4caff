using System.Reflection;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>One output of a function: its whole return value, or one property of it.</summary>
/// <param name="Name"><c>$return</c>, or the property's name.</param>
/// <param name="BindingType">The official type name of the binding, such as <c>queue</c>.</param>
/// <param name="Attribute">The attribute, or <see langword="null"/> where the type alone makes it the HTTP response.</param>
/// <param name="Property">The property, or <see langword="null"/> for the whole value.</param>
internal sealed record FunctionOutput(string Name, string BindingType, Attribute? Attribute, PropertyInfo? Property);

internal static class FunctionOutputs
{
    public const string Return = "$return";
    public const string Http = "http";

    public static IReadOnlyList<FunctionOutput> Of(FunctionDescriptor function)
    {
        var method = function.Method;
        var onMethod = method.GetCustomAttributes<OutputBindingAttribute>().ToList();
        var properties = PropertiesOf(method);
        if (onMethod.Count > 1 || (onMethod.Count == 1 && properties.Count > 0))
        {
            throw new LocalStartException(
                $"The function \"{function.Name}\" ({FunctionDiscovery.Display(method)}) has several output bindings; one on the method must be the only one.");
        }

        if (properties.Count(property => property.BindingType == Http) > 1)
        {
            throw new LocalStartException($"The function \"{function.Name}\" ({FunctionDiscovery.Display(method)}) returns more than one HTTP response.");
        }

        if (onMethod is [var attribute])
        {
            return [new FunctionOutput(Return, BindingTypeName.Of(attribute), attribute, Property: null)];
        }

        return properties.Count == 0 && function.TriggerAttribute is HttpTriggerAttribute && UnwrapTask(method.ReturnType) != typeof(void)
            ? [new FunctionOutput(Return, Http, Attribute: null, Property: null)]
            : properties;
    }

    public static IReadOnlyList<FunctionOutput> PropertiesOf(MethodInfo method) =>
        [.. from property in UnwrapTask(method.ReturnType).GetProperties()
            let attribute = property.GetCustomAttribute<OutputBindingAttribute>()
            where attribute is not null || property.PropertyType.IsAssignableTo(typeof(HttpResponseData))
            select new FunctionOutput(
                property.Name, attribute is null or HttpResultAttribute ? Http : BindingTypeName.Of(attribute), attribute, property)];

    public static Type UnwrapTask(Type type)
    {
        if (type == typeof(Task) || type == typeof(ValueTask))
        {
            return typeof(void);
        }

        return type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;
    }
}
