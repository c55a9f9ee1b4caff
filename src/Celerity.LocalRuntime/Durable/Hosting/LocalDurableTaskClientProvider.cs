using Celerity.LocalRuntime.Durable.Client;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>Gives out the one client there is.</summary>
internal sealed class LocalDurableTaskClientProvider(LocalDurableTaskClient client) : IDurableTaskClientProvider
{
    public DurableTaskClient GetClient(string? name = null) => string.IsNullOrEmpty(name) || name == client.Name
        ? client
        : throw new ArgumentOutOfRangeException(nameof(name), name, $"The local runtime has one task hub, '{client.Name}'.");
}
