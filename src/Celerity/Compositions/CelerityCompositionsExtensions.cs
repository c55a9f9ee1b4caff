using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Compositions;

/// <summary>Registers what pipelines wait by.</summary>
internal static class CelerityCompositionsExtensions
{
    public static IServiceCollection AddCelerityCompositions(this IServiceCollection services)
    {
        services.TryAddSingleton<IOrchestrationSignal, NoOrchestrations>();
        foreach (var type in new[]
        {
            typeof(SeatRows), typeof(KeptTasks), typeof(AwaitedGroups), typeof(AwaitedSends), typeof(TasksAwaiter), typeof(Approvals), typeof(ApprovalAwaiter), typeof(Awaits),
        })
        {
            services.TryAddSingleton(type);
        }

        return services;
    }
}
