using System.Collections.Concurrent;
using Celerity.Celery;
using Celerity.Circuits;
using Celerity.Controls;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The product's own services on the seams of the model. A process is a scope, for a world makes many of them.</summary>
internal static class ModelServices
{
    private static readonly ConcurrentDictionary<Mutant, ServiceProvider> Providers = new();

    // One probe, so that few tasks tell all there is to see.
    private static readonly IConfiguration Circuits = new ConfigurationBuilder()
        .AddInMemoryCollection([new($"Celerity:Circuits:{FragileTask.CircuitName}:Probes", "1")])
        .Build();

    public static IServiceProvider NewProcess(ModelConsumer consumer, Mutant mutant)
    {
        var services = Providers.GetOrAdd(mutant, Build).CreateScope().ServiceProvider;
        services.GetRequiredService<Process>().Consumer = consumer;
        return services;
    }

    /// <summary>Makes what one process has one for a scope.</summary>
    public static void MakeScoped(IServiceCollection services)
    {
        foreach (var (at, service) in services.ToList().Index())
        {
            if (service.Lifetime == ServiceLifetime.Singleton && service.ImplementationInstance is null
                && service.ServiceType.Namespace?.StartsWith(nameof(Celerity), StringComparison.Ordinal) == true)
            {
                services[at] = service.ImplementationFactory is { } factory
                    ? ServiceDescriptor.Scoped(service.ServiceType, factory)
                    : ServiceDescriptor.Scoped(service.ServiceType, service.ImplementationType!);
            }
        }
    }

    private static ServiceProvider Build(Mutant mutant)
    {
        var services = new ServiceCollection();
        services.AddSingleton<Process>();
        services.AddScoped<TimeProvider>(scope => Of(scope).Time);
        services.AddScoped(scope => Of(scope).Tables);
        services.AddScoped(scope => mutant.Queues(Of(scope).Storage));
        services.AddScoped<IBlobStore>(scope => Of(scope).Storage);
        services.AddScoped<ITaskEffect>(scope => Of(scope).Effect);
        services.AddScoped<IRandomSource>(_ => NoJitter.Instance);

        // One at a time: what runs beside would not stop where the explorer looks.
        services.AddSingleton(new WorkerOptions { PackParallelism = 1 });
        services.AddCelerityEngine();
        services.AddCelerityHandler(typeof(ModelHandler));
        services.AddCelerityHandler(typeof(ModelBatchHandler));
        services.GetOrAddInstance<CircuitRegistry>().Use(Circuits);

        services.Configure<CeleryOptions>(options => options.Results = true);

        // All of it random, so that equal states look equal.
        services.Replace(ServiceDescriptor.Scoped(_ => new InstanceId { Value = $"{Guid.NewGuid():N}" }));

        // What a handler does is the explorer's choice, so each is given its process.
        var newRun = ActivatorUtilities.CreateFactory<HandlerRun>([typeof(IServiceScopeFactory)]);
        services.Replace(ServiceDescriptor.Scoped(scope => newRun(scope, [Of(scope)])));
        mutant.Services(services);
        MakeScoped(services);
        return services.BuildServiceProvider();
    }

    private static ModelConsumer Of(IServiceProvider scope) => scope.GetRequiredService<Process>().Consumer!;

    private sealed class Process
    {
        public ModelConsumer? Consumer { get; set; }
    }

    private sealed class NoJitter : IRandomSource
    {
        public static NoJitter Instance { get; } = new();

        public double NextDouble() => 0;
    }
}
