using System.Reflection;
using Celerity.Admission;
using Celerity.Celery;
using Celerity.Circuits;
using Celerity.Compositions;
using Celerity.Controls;
using Celerity.DeadLetters;
using Celerity.Expiry;
using Celerity.Groups;
using Celerity.Handover;
using Celerity.Holding;
using Celerity.Maintenance;
using Celerity.Observing;
using Celerity.PoisonDrain;
using Celerity.Priorities;
using Celerity.RateLimits;
using Celerity.Retry;
using Celerity.Revocation;
using Celerity.Runs;
using Celerity.Schedules;
using Celerity.Secrets;
using Celerity.Slots;
using Celerity.Tasks.Batching;
using Celerity.Tasks.Logs;
using Celerity.Tasks.Results;
using Celerity.Tasks.Sending;
using Celerity.Workers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Registers what sends and runs tasks. The storage seams are registered beside.</summary>
internal static class CelerityEngineExtensions
{
    /// <summary>Adds the task engine. Called again, it adds the handlers of more assemblies.</summary>
    /// <param name="services">The services.</param>
    /// <param name="assemblies">Where handlers are looked for.</param>
    /// <exception cref="CelerityException">CEL0204: two handlers for one task; CEL0205: an attribute's value is out of range.</exception>
    public static IServiceCollection AddCelerityEngine(this IServiceCollection services, params IReadOnlyList<Assembly> assemblies)
    {
        var registry = services.GetOrAddInstance<TaskRegistry>();
        foreach (var assembly in assemblies)
        {
            registry.AddAll(assembly, services);
        }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, SystemRandom>();
        services.TryAddSingleton<ControlRows>();
        services.AddCelerityDeadLetters();
        services.TryAddSingleton<PayloadReader>();
        services.TryAddSingleton<WorkerLoad>();
        services.TryAddSingleton<WorkerMemory>();
        services.TryAddSingleton<Intake>();
        services.TryAddSingleton(provider => WorkerIdentity.Of(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<WorkerHeart>();
        services.TryAddSingleton<IWorkers, Workers.Workers>();
        services.TryAddSingleton<AttemptLogs>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, AttemptLogProvider>());
        services.TryAddSingleton<HandlerRun>();
        services.TryAddSingleton<TaskAttempt>();
        services.TryAddSingleton<Batches>();
        services.TryAddSingleton<TaskHandover>();
        services.TryAddSingleton<TaskSettlement>();
        services.TryAddSingleton<TaskResend>();
        services.TryAddSingleton<TaskClaims>();
        services.TryAddSingleton<WorkerOptions>();
        services.TryAddSingleton<TaskJudge>();
        services.TryAddSingleton<TaskExecutor>();
        services.TryAddSingleton<InstanceId>();
        services.TryAddSingleton<ControlStore>();
        services.TryAddSingleton<ControlBoard>();
        services.TryAddSingleton<AuditLog>();
        services.TryAddSingleton<LiveSettings>();
        services.TryAddSingleton<HeldQueues>();
        services.GetOrAddInstance<CircuitRegistry>();
        services.TryAddSingleton<CircuitStore>();
        services.TryAddSingleton<CircuitGate>();
        services.TryAddSingleton<CircuitBreakers>();
        services.TryAddSingleton<CircuitProbing>();
        services.TryAddSingleton<ICircuits, CircuitControl>();
        services.TryAddSingleton<RateBuckets>();
        services.TryAddSingleton<RateLimiter>();
        services.TryAddSingleton<RatePace>();
        services.TryAddSingleton<SlotRows>();
        services.TryAddSingleton<ConcurrencySlots>();
        services.TryAddSingleton<PriorityGate>();
        services.TryAddSingleton<TaskAdmission>();
        services.TryAddSingleton<IAppControl, AppControl>();
        services.TryAddSingleton<UntriggeredMessages>();
        services.TryAddSingleton<PoisonDrainer>();
        services.TryAddSingleton<TaskObservers>();
        services.TryAddSingleton<KnownRuns>();
        services.TryAddSingleton<RunStore>();
        services.TryAddSingleton<RunGate>();
        services.TryAddSingleton<RevocationStore>();
        services.TryAddSingleton<Revocations>();
        services.TryAddSingleton<QueuePurge>();
        services.TryAddSingleton<ITaskControl, TaskControl>();

        // In this order, and before gates that are added later: what is revoked need not wait for its time.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskGate, RevocationGate>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskGate, DueGate>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskGate, IntakeGate>());
        services.AddCeleritySending();
        services.TryAddSingleton<EndSignals>();
        services.TryAddSingleton<TaskRecords>();
        services.TryAddSingleton<SecretPayloads>();
        services.TryAddSingleton<PayloadText>();
        services.TryAddSingleton<TaskList>();
        services.TryAddSingleton<TaskResults>();
        services.TryAddSingleton<ITaskResults>(provider => provider.GetRequiredService<TaskResults>());
        services.TryAddSingleton<TaskDetails>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, EndSignals>(provider => provider.GetRequiredService<EndSignals>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, DeadLetterEffect>());
        services.TryAddSingleton<GroupStore>();
        services.TryAddSingleton<GroupNotes>();
        services.TryAddSingleton<GroupSends>();
        services.TryAddSingleton<GroupMembers>();
        services.TryAddSingleton<GroupTurns>();
        services.TryAddSingleton<GroupCompletion>();
        services.TryAddSingleton<FollowUps>();
        services.TryAddSingleton<ITaskGroups, TaskGroups>();
        services.AddCelerityCompositions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, ChainEffect>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, GroupEffect>());
        services.AddCelerityCelery();
        services.AddCeleritySchedules();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, RevocationStore>(provider => provider.GetRequiredService<RevocationStore>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, AuditLog>(provider => provider.GetRequiredService<AuditLog>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, HeldQueues>(provider => provider.GetRequiredService<HeldQueues>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, CircuitProbing>(provider => provider.GetRequiredService<CircuitProbing>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, GroupWatch>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, TaskExpiry>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, GroupExpiry>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, KeyExpiry>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, BucketExpiry>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, WorkerExpiry>());
        return services;
    }

    /// <summary>Takes the settings of tasks and circuits from configuration. Before handlers are added.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The app's configuration, with <c>Celerity:Tasks:{name}:{setting}</c> and <c>Celerity:Circuits:{name}:{setting}</c>.</param>
    /// <param name="longestTimeLimit">After what the host ends a function; <see langword="null"/> for never.</param>
    public static IServiceCollection UseCelerityTaskSettings(this IServiceCollection services, IConfiguration configuration, TimeSpan? longestTimeLimit)
    {
        services.GetOrAddInstance<TaskRegistry>().Use(configuration, longestTimeLimit);
        services.GetOrAddInstance<CircuitRegistry>().Use(configuration);
        return services;
    }

    /// <summary>Sets a task by code.</summary>
    /// <param name="services">The services.</param>
    /// <param name="task">The task's type.</param>
    /// <param name="configure">Changes what the attribute says.</param>
    public static IServiceCollection ConfigureCelerityTask(this IServiceCollection services, Type task, Action<CelerityTaskOptions> configure)
    {
        services.GetOrAddInstance<TaskRegistry>().Configure(task, configure);
        return services;
    }

    /// <summary>Adds one handler.</summary>
    /// <param name="services">The services.</param>
    /// <param name="handler">A class that implements <see cref="ITaskHandler{TTask}"/> or <see cref="IBatchHandler{TTask}"/>.</param>
    public static IServiceCollection AddCelerityHandler(this IServiceCollection services, Type handler)
    {
        services.GetOrAddInstance<TaskRegistry>().Add(handler, services);
        return services;
    }

    /// <summary>Adds one validator of results.</summary>
    /// <param name="services">The services.</param>
    /// <param name="validator">A class that implements <see cref="IResultValidator{TTask, TResult}"/>.</param>
    public static IServiceCollection AddCelerityResultValidator(this IServiceCollection services, Type validator)
    {
        services.GetOrAddInstance<TaskRegistry>().AddValidator(validator, services);
        return services;
    }
}
