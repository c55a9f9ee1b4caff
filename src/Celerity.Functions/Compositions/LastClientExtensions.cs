using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Compositions;

/// <summary>Hands on the client that a function was given.</summary>
internal static class LastClientExtensions
{
    /// <summary>Lets what is asked of these services act at once, by the client.</summary>
    public static IServiceProvider With(this IServiceProvider services, DurableTaskClient client)
    {
        services.GetRequiredService<LastClientSignal>().Use(client);
        return services;
    }
}
