using System.Reflection;
using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Discovery;

/// <summary>The app's functions, as far as they are allowed and not disabled.</summary>
internal sealed class FunctionCatalog
{
    public FunctionCatalog(
        FunctionSource source,
        HostConfiguration host,
        IConfiguration configuration,
        SettingTokens tokens,
        IOptions<DurableTaskRegistry> registry)
    {
        var found = FunctionDiscovery.Discover(source.Types, [.. ClassTasks.Of(source.Types), .. ClassTasks.Of(registry.Value)]);
        var allowed = host.AllowedFunctions;
        All = [.. found.Where(function => allowed?.Contains(function.Name, StringComparer.OrdinalIgnoreCase) ?? true)];
        Enabled = [.. All.Where(function => !IsDisabled(function.Name, configuration))];
        foreach (var function in Enabled)
        {
            ResolveTokens(function, tokens);
        }
    }

    public IReadOnlyList<FunctionDescriptor> All { get; }

    public IReadOnlyList<FunctionDescriptor> Enabled { get; }

    /// <summary>Returns the function of a name, whatever its case, disabled ones too; or <see langword="null"/>.</summary>
    public FunctionDescriptor? Find(string name) => All.FirstOrDefault(function => function.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsDisabled(string name, IConfiguration configuration) =>
        (configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs_{name}_Disabled"]) is { } setting
        && (setting == "1" || setting.Equals("true", StringComparison.OrdinalIgnoreCase));

    // A route is no setting: it may hold escapes such as %20. Each binding resolves its own strings when it starts; this only makes a missing setting fail the start as a whole.
    private static void ResolveTokens(FunctionDescriptor function, SettingTokens tokens)
    {
        var attributes = FunctionOutputs.Of(function).Select(output => output.Attribute)
            .Concat(function.Parameters.SelectMany(parameter => parameter.GetCustomAttributes<BindingAttribute>()))
            .Where(attribute => attribute is not (null or HttpTriggerAttribute))
            .OfType<Attribute>();
        foreach (var attribute in attributes)
        {
            foreach (var property in attribute.GetType().GetProperties().Where(property => property.PropertyType == typeof(string)))
            {
                if (property.GetValue(attribute) is string text)
                {
                    tokens.Resolve(text, $"The function \"{function.Name}\", {property.Name}");
                }
            }
        }
    }
}
