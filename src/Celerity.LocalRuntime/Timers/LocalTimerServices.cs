using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.LocalRuntime.Timers;

internal static class LocalTimerServices
{
    public static IServiceCollection AddLocalTimers(this IServiceCollection services)
    {
        services.TryAddSingleton<TimerStatusStore>();
        services.TryAddSingleton<TimerRunner>();
        services.AddSingleton<ITriggerListener, TimerListener>();
        return services;
    }
}
