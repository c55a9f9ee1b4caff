using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>A client that the container owns.</summary>
internal sealed class NamedClient(string name, DurableTaskClient client) : IAsyncDisposable, IDisposable
{
    public string Name { get; } = name;

    public DurableTaskClient Client { get; } = client;

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    // For containers that are disposed of without await.
    public void Dispose() => Client.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
