using Celerity.LocalRuntime.Durable.PlainHosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>Adds workers of durable tasks to an app.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the worker of a name, once, and returns its builder.</summary>
    public static IDurableTaskWorkerBuilder AddDurableTaskWorker(this IServiceCollection services, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        name ??= Options.DefaultName;
        var added = services.Select(service => service.ImplementationInstance).OfType<AddedBuilder>().FirstOrDefault(known => known.Builder.Name == name);
        if (added is null)
        {
            added = new AddedBuilder(new DefaultDurableTaskWorkerBuilder(name, services));
            services.AddSingleton(added);
            services.AddPlainDurableTask();
            services.AddSingleton<IHostedService>(provider => added.Builder.BuildTarget is null
                ? LocalDurableTaskWorker.Create(provider, name)
                : added.Builder.Build(provider));
        }

        return added.Builder;
    }

    public static IServiceCollection AddDurableTaskWorker(this IServiceCollection services, Action<IDurableTaskWorkerBuilder> configure) =>
        services.AddDurableTaskWorker(Options.DefaultName, configure);

    public static IServiceCollection AddDurableTaskWorker(this IServiceCollection services, string name, Action<IDurableTaskWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddDurableTaskWorker(name));
        return services;
    }

    /// <summary>Remembers, among the services, which names were added.</summary>
    internal sealed record AddedBuilder(IDurableTaskWorkerBuilder Builder);
}
