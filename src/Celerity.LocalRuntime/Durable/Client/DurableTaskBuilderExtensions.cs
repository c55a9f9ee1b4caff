using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Configures clients.</summary>
public static class DurableTaskBuilderExtensions
{
    public static IDurableTaskClientBuilder Configure(this IDurableTaskClientBuilder builder, Action<DurableTaskClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    public static IDurableTaskClientBuilder UseDefaultVersion(this IDurableTaskClientBuilder builder, string version) =>
        builder.Configure(options => options.DefaultVersion = version);

    /// <summary>Makes the client a service of its own, not only one that the provider gives out.</summary>
    public static IDurableTaskClientBuilder RegisterDirectly(this IDurableTaskClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IDurableTaskClientProvider>().GetClient(builder.Name));
        return builder;
    }

    public static IDurableTaskClientBuilder UseBuildTarget(this IDurableTaskClientBuilder builder, Type target)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.BuildTarget = target;
        return builder;
    }

    public static IDurableTaskClientBuilder UseBuildTarget<TTarget>(this IDurableTaskClientBuilder builder)
        where TTarget : DurableTaskClient => builder.UseBuildTarget(typeof(TTarget));

    public static IDurableTaskClientBuilder UseBuildTarget<TTarget, TOptions>(this IDurableTaskClientBuilder builder)
        where TTarget : DurableTaskClient
        where TOptions : DurableTaskClientOptions
    {
        builder.UseBuildTarget<TTarget>();

        // What was configured for every kind of client holds for this kind too.
        builder.Services.AddOptions<TOptions>(builder.Name).PostConfigure<IOptionsMonitor<DurableTaskClientOptions>>(
            (options, common) => common.Get(builder.Name).CopyTo(options));
        return builder;
    }
}
