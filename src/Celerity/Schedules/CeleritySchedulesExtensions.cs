using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Schedules;

/// <summary>Registers schedules.</summary>
internal static class CeleritySchedulesExtensions
{
    public static IServiceCollection AddCeleritySchedules(this IServiceCollection services)
    {
        services.GetOrAddInstance<ScheduleList>();
        services.TryAddSingleton<Runs.KnownRuns>();
        services.TryAddSingleton<Runs.RunStore>();
        services.TryAddSingleton<IPipelineCheck, NoPipelines>();
        services.TryAddSingleton<ScheduleStore>();
        services.TryAddSingleton<FiringRecords>();
        services.TryAddSingleton<ScheduleTargets>();
        services.TryAddSingleton<ScheduleSetup>();
        services.TryAddSingleton<ScheduleTurn>();
        services.TryAddSingleton<ScheduleRound>();
        services.TryAddSingleton<ScheduleControl>();
        services.TryAddSingleton<ScheduleViews>();
        return services;
    }

    /// <summary>Adds one schedule of code or configuration.</summary>
    /// <exception cref="CelerityException">CEL0290: it is set up wrongly, or there is one of its name.</exception>
    public static IServiceCollection AddCeleritySchedule(this IServiceCollection services, string name, ScheduleOptions options, ScheduleSource source)
    {
        services.GetOrAddInstance<ScheduleList>().Add(new Schedule(name, options, source));
        return services;
    }
}
