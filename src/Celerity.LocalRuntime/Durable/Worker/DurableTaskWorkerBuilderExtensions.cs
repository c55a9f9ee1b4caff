using Microsoft.DurableTask.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>Configures workers.</summary>
public static class DurableTaskWorkerBuilderExtensions
{
    public static IDurableTaskWorkerBuilder AddTasks(this IDurableTaskWorkerBuilder builder, Action<DurableTaskRegistry> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    public static IDurableTaskWorkerBuilder Configure(this IDurableTaskWorkerBuilder builder, Action<DurableTaskWorkerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    public static IDurableTaskWorkerBuilder UseVersioning(
        this IDurableTaskWorkerBuilder builder, DurableTaskWorkerOptions.VersioningOptions versionOptions) =>
        builder.Configure(options => options.Versioning = new DurableTaskWorkerOptions.VersioningOptions
        {
            Version = versionOptions.Version,
            DefaultVersion = versionOptions.DefaultVersion,
            MatchStrategy = versionOptions.MatchStrategy,
            FailureStrategy = versionOptions.FailureStrategy,
        });

    public static IDurableTaskWorkerBuilder UseBuildTarget(this IDurableTaskWorkerBuilder builder, Type target)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.BuildTarget = target;
        return builder;
    }

    public static IDurableTaskWorkerBuilder UseBuildTarget<TTarget>(this IDurableTaskWorkerBuilder builder)
        where TTarget : DurableTaskWorker => builder.UseBuildTarget(typeof(TTarget));

    public static IDurableTaskWorkerBuilder UseBuildTarget<TTarget, TOptions>(this IDurableTaskWorkerBuilder builder)
        where TTarget : DurableTaskWorker
        where TOptions : DurableTaskWorkerOptions
    {
        builder.UseBuildTarget<TTarget>();

        // What was configured for every kind of worker holds for this kind too.
        builder.Services.AddOptions<TOptions>(builder.Name).PostConfigure<IOptionsMonitor<DurableTaskWorkerOptions>>(
            (options, common) => common.Get(builder.Name).CopyTo(options));
        return builder;
    }

    [Obsolete("Experimental")]
    public static IDurableTaskWorkerBuilder UseOrchestrationFilter<TOrchestrationFilter>(this IDurableTaskWorkerBuilder builder)
        where TOrchestrationFilter : class, IOrchestrationFilter
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IOrchestrationFilter, TOrchestrationFilter>();
        return builder;
    }

    [Obsolete("Experimental")]
    public static IDurableTaskWorkerBuilder UseOrchestrationFilter(this IDurableTaskWorkerBuilder builder, IOrchestrationFilter filter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(filter);
        return builder;
    }

    /// <summary>Leaves to other workers all but what this one has tasks for.</summary>
    public static IDurableTaskWorkerBuilder UseWorkItemFilters(this IDurableTaskWorkerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<DurableTaskWorkerWorkItemFilters>(builder.Name)
            .Configure<IOptionsMonitor<DurableTaskRegistry>, IOptionsMonitor<DurableTaskWorkerOptions>>((filters, registries, options) =>
                filters.CopyFrom(DurableTaskWorkerWorkItemFilters.Of(registries.Get(builder.Name), options.Get(builder.Name).Versioning)));
        return builder;
    }

    /// <summary>Leaves to other workers all but what the filters name; <see langword="null"/> takes all.</summary>
    public static IDurableTaskWorkerBuilder UseWorkItemFilters(this IDurableTaskWorkerBuilder builder, DurableTaskWorkerWorkItemFilters? workItemFilters)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<DurableTaskWorkerWorkItemFilters>(
            builder.Name, filters => filters.CopyFrom(workItemFilters ?? new DurableTaskWorkerWorkItemFilters()));
        return builder;
    }
}
