using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Puts a client together from what its name was configured with.</summary>
public class DefaultDurableTaskClientBuilder : IDurableTaskClientBuilder
{
    private Type? _buildTarget;

    public DefaultDurableTaskClientBuilder(string? name, IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Name = name ?? Options.DefaultName;
        Services = services;
    }

    public string Name { get; }

    public IServiceCollection Services { get; }

    public Type? BuildTarget
    {
        get => _buildTarget;
        set => _buildTarget = value is null || value is { IsAbstract: false } && value.IsAssignableTo(typeof(DurableTaskClient))
            ? value
            : throw new ArgumentException($"{value} is no class that can be made and is a {nameof(DurableTaskClient)}.", nameof(value));
    }

    public DurableTaskClient Build(IServiceProvider serviceProvider)
    {
        ArgumentNullException.ThrowIfNull(serviceProvider);
        return BuildTarget is null
            ? throw new InvalidOperationException($"The client '{Name}' has no {nameof(BuildTarget)}.")
            : (DurableTaskClient)ActivatorUtilities.CreateInstance(serviceProvider, BuildTarget, Name);
    }
}
