using System.Reflection;
using System.Text.RegularExpressions;
using Celerity.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>Finds the <c>[Function]</c> methods of given types and refuses what the official build would refuse.</summary>
internal static partial class FunctionDiscovery
{
    /// <param name="types">Where to look.</param>
    /// <param name="tasks">Functions that the app has beyond its <c>[Function]</c> methods.</param>
    public static IReadOnlyList<FunctionDescriptor> Discover(IEnumerable<Type> types, IEnumerable<FunctionDescriptor>? tasks = null)
    {
        var functions = types
            .Where(type => type is { IsClass: true, IsVisible: true })
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(FunctionAttribute)))
            .Select(Describe)
            .Concat(tasks ?? [])
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();

        var twins = functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twins is null
            ? functions
            : throw new LocalStartException(
                $"The function name \"{twins.Key}\" is used by {string.Join(" and ", twins.Select(twin => Display(twin.Method)))}; names must be unique.");
    }

    public static string Display(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    private static FunctionDescriptor Describe(MethodInfo method)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        if (!FunctionName().IsMatch(name))
        {
            throw new LocalStartException(
                $"{Display(method)}: \"{name}\" is no valid function name; it starts with a letter and has up to 127 letters, digits, '_' and '-'.");
        }

        var triggers = method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>().Select(attribute => (parameter, attribute)))
            .ToList();
        if (triggers is not [var (trigger, triggerAttribute)])
        {
            throw new LocalStartException($"The function \"{name}\" ({Display(method)}) has {triggers.Count} triggers; it must have exactly one.");
        }

        RefuseRetryWithoutSupport(name, method, triggerAttribute);
        RefuseUnmarkedHttpResult(name, method);
        return new FunctionDescriptor(name, method, trigger.Position, triggerAttribute);
    }

    private static void RefuseRetryWithoutSupport(string name, MethodInfo method, Attribute trigger)
    {
        var capabilities = trigger.GetType().GetCustomAttribute<BindingCapabilitiesAttribute>()?.Capabilities ?? [];
        if (method.GetCustomAttribute<RetryAttribute>() is { } retry && !capabilities.Contains(KnownBindingCapabilities.FunctionLevelRetry))
        {
            throw new LocalStartException(
                $"The function \"{name}\" ({Display(method)}) carries {retry.GetType().Name}, which {trigger.GetType().Name} does not support (AZFW0012).");
        }
    }

    private static void RefuseUnmarkedHttpResult(string name, MethodInfo method)
    {
        var properties = FunctionOutputs.PropertiesOf(method);
        if (properties.Count == 0)
        {
            return;
        }

        var unmarked = FunctionOutputs.UnwrapTask(method.ReturnType).GetProperties().FirstOrDefault(property =>
            (property.PropertyType.IsAssignableTo(typeof(IActionResult)) || property.PropertyType.IsAssignableTo(typeof(IResult)))
            && !property.IsDefined(typeof(HttpResultAttribute)));
        if (unmarked is not null)
        {
            throw new LocalStartException(
                $"The function \"{name}\" ({Display(method)}) returns an HTTP response in {unmarked.Name} without [HttpResult] (AZFW0015).");
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,126}$")]
    private static partial Regex FunctionName();
}
