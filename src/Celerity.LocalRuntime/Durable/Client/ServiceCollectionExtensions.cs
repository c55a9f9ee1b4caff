using Celerity.LocalRuntime.Durable.PlainHosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Adds clients of task hubs to an app.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the client of a name, once, and returns its builder. The one without a name is a service of its own, too.</summary>
    public static IDurableTaskClientBuilder AddDurableTaskClient(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        name ??= Options.DefaultName;
        var added = services.Select(service => service.ImplementationInstance).OfType<AddedBuilder>().FirstOrDefault(known => known.Builder.Name == name);
        if (added is null)
        {
            added = new AddedBuilder(new DefaultDurableTaskClientBuilder(name, services));
            services.AddSingleton(added);
            services.AddPlainDurableTask();
            services.AddSingleton(provider => new NamedClient(name, added.Builder.BuildTarget is null
                ? LocalClients.Create(provider, name)
                : added.Builder.Build(provider)));
            if (name == Options.DefaultName)
            {
                added.Builder.RegisterDirectly();
            }
        }

        return added.Builder;
    }

    public static IServiceCollection AddDurableTaskClient(this IServiceCollection services, Action<IDurableTaskClientBuilder> configure) =>
        services.AddDurableTaskClient(Options.DefaultName, configure);

    public static IServiceCollection AddDurableTaskClient(this IServiceCollection services, string name, Action<IDurableTaskClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddDurableTaskClient(name));
        return services;
    }

    /// <summary>Remembers, among the services, which names were added.</summary>
    internal sealed record AddedBuilder(IDurableTaskClientBuilder Builder);
}
