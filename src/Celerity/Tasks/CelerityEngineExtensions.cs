using System.Reflection;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.PoisonDrain;
using Celerity.Retry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tasks;

/// <summary>Registers what sends and runs tasks.</summary>
internal static class CelerityEngineExtensions
{
    /// <summary>Adds the task engine with the handlers in <paramref name="assemblies"/>. The storage seams are registered beside.</summary>
    public static IServiceCollection AddCelerityEngine(this IServiceCollection services, IEnumerable<Assembly> assemblies)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IJitter, RandomJitter>();
        services.AddSingleton(new TaskRegistry(assemblies));
        services.AddSingleton<ControlRows>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<TaskEnd>();
        services.AddSingleton<TaskHandover>();
        services.AddSingleton<TaskPass>();
        services.AddSingleton<TaskExecutor>();
        services.AddSingleton<PoisonDrainer>();
        services.AddSingleton<BackgroundTasks>();
        services.AddSingleton<IBackgroundTasks>(provider => provider.GetRequiredService<BackgroundTasks>());
        return services;
    }
}
