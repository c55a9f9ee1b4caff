using Celerity.Figures;
using Celerity.History;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Metrics;

/// <summary>Registers what measures.</summary>
internal static class CelerityMetricsExtensions
{
    /// <summary>Adds the meters. Apart from the engine: a meter is known to the whole process until it is disposed of, and tests make engines by the thousand.</summary>
    public static IServiceCollection AddCelerityMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton<CelerityMeter>();
        services.TryAddSingleton<FigureMeter>();
        services.TryAddSingleton<FigureBoard>();
        services.TryAddSingleton<LimitMeter>();
        services.TryAddSingleton<RunSampling>();
        services.TryAddSingleton<WorkerSampling>();
        services.TryAddSingleton<ScheduleSampling>();
        services.TryAddSingleton<FigureSampling>();
        services.AddCelerityHistory();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskObserver, TaskMetrics>());
        return services;
    }
}
