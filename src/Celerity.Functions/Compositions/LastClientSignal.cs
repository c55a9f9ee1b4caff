using Celerity.Compositions;
using Celerity.Functions.Pipelines;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Compositions;

/// <summary>
/// Wakes orchestrations from code that has no client: by that of the function which ran last in this process. Without one, and where it fails, whoever waits
/// finds out by itself, within a minute at first and an hour at most.
/// </summary>
internal sealed class LastClientSignal : IOrchestrationSignal
{
    private volatile DurableTaskClient? _client;

    /// <summary>Gets the client; <see langword="null"/> where no function with one has run in this process.</summary>
    public DurableTaskClient? Client => _client;

    public void Use(DurableTaskClient client) => _client = client;

    public ValueTask RaiseAsync(string instance, CancellationToken cancellationToken) =>
        _client is { } client ? new DurableStageSignal(client).RaiseAsync(instance, cancellationToken) : ValueTask.CompletedTask;
}
