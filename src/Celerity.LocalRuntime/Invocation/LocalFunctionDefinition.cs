using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Celerity.LocalRuntime.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Celerity.LocalRuntime.Invocation;

internal sealed class LocalFunctionDefinition : FunctionDefinition
{
    public LocalFunctionDefinition(FunctionDescriptor function, IEnumerable<FunctionOutput> outputs)
    {
        Name = function.Name;
        EntryPoint = FunctionDiscovery.Display(function.Method);
        PathToAssembly = function.Method.DeclaringType!.Assembly.Location;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}|{PathToAssembly}|{EntryPoint}")))[..16];
        Parameters = [.. function.Parameters.Select(Describe)];
        InputBindings = function.Parameters
            .Select(parameter => (parameter.Name, Attribute: AttributeOf(parameter, function)))
            .Where(binding => binding.Attribute is not null)
            .ToImmutableDictionary(
                binding => binding.Name!,
                BindingMetadata (binding) => new Binding(binding.Name!, BindingTypeName.Of(binding.Attribute!), BindingDirection.In));
        OutputBindings = outputs.ToImmutableDictionary(
            output => output.Name,
            BindingMetadata (output) => new Binding(output.Name, output.BindingType, BindingDirection.Out));
    }

    public override string Name { get; }

    public override string Id { get; }

    public override string EntryPoint { get; }

    public override string PathToAssembly { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    // The parameter of a durable task that is a class has no attribute of its own.
    private static BindingAttribute? AttributeOf(ParameterInfo parameter, FunctionDescriptor function) =>
        parameter == function.Trigger ? function.TriggerAttribute as BindingAttribute : parameter.GetCustomAttribute<BindingAttribute>();

    private static FunctionParameter Describe(ParameterInfo parameter)
    {
        var properties = ImmutableDictionary<string, object>.Empty;
        if (parameter.GetCustomAttribute<BindingAttribute>() is { } attribute)
        {
            properties = properties.Add(ConverterContextExtensions.BindingAttributeKey, attribute);
        }

        return new FunctionParameter(
            parameter.Name!, parameter.ParameterType, parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null, properties);
    }

    private sealed class Binding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
