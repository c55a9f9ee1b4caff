using Celerity.DeadLetters.Actions;
using Celerity.Maintenance;
using Celerity.Runs;
using Celerity.Stages.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.DeadLetters;

/// <summary>Registers what keeps dead letters and works with them.</summary>
internal static class CelerityDeadLettersExtensions
{
    public static IServiceCollection AddCelerityDeadLetters(this IServiceCollection services)
    {
        services.GetOrAddInstance<SeverityRules>();
        services.AddOptions<DeadLetterOptions>();
        services.TryAddSingleton<GroupIndex>();
        services.TryAddSingleton<DeadLetterStore>();
        services.TryAddSingleton<DeadLetterScan>();
        services.TryAddSingleton<ActionStore>();
        services.TryAddSingleton<ReplayMessages>();
        services.TryAddSingleton<KnownRuns>();
        services.TryAddSingleton<RunStore>();
        services.TryAddSingleton<PendingRuns>();
        services.TryAddSingleton<StageLedger>();
        services.TryAddSingleton<RunRestarts>();
        services.TryAddSingleton<ChunkReplays>();
        services.TryAddSingleton<Replay>();
        services.TryAddSingleton<ActionRunner>();
        services.TryAddSingleton<ActionRequests>();
        services.TryAddSingleton<IDeadLetters, DeadLetterControl>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, DeadLetterUpkeep>());
        return services;
    }
}
