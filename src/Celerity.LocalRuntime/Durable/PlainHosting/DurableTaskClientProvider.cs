using Celerity.LocalRuntime.Durable.Client;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>Gives out the clients that were added, and in a function app its own.</summary>
internal sealed class DurableTaskClientProvider(IEnumerable<NamedClient> clients, IServiceProvider services) : IDurableTaskClientProvider
{
    public DurableTaskClient GetClient(string? name = null)
    {
        name ??= Options.DefaultName;
        if (clients.FirstOrDefault(client => client.Name == name) is { } added)
        {
            return added.Client;
        }

        return services.GetService<LocalDurableTaskClient>() is { } own && (name.Length == 0 || name == own.Name)
            ? own
            : throw new ArgumentOutOfRangeException(nameof(name), name, "No client of this name was added.");
    }
}
