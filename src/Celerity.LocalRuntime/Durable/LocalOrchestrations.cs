using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable;

/// <summary>What the local runtime knows of its orchestrations beyond the official client, for tests and tools.</summary>
public sealed class LocalOrchestrations
{
    private readonly LocalDurableTaskClient _client;
    private readonly DurableListener _listener;

    internal LocalOrchestrations(LocalDurableTaskClient client, DurableListener listener)
    {
        _client = client;
        _listener = listener;
    }

    /// <summary>Gets a client of the hub, as <c>[DurableClient]</c> supplies it to functions.</summary>
    public DurableTaskClient Client => _client;

    /// <summary>Counts the events in the history of an instance's current execution.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <returns>The number of events; 0 for an unknown instance.</returns>
    public int CountHistoryEvents(string instanceId) => _client.Hub.Store.Find(instanceId)?.HistoryCount ?? 0;

    /// <summary>Returns the longest history that any execution of the instance has had at a checkpoint, for those that continue as new.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <returns>The number of events; 0 for an unknown instance.</returns>
    public int PeakHistoryEvents(string instanceId) => _client.Hub.Store.Find(instanceId)?.HistoryPeak ?? 0;

    /// <summary>Returns the kinds of the events in an instance's history, oldest first, such as <c>TaskScheduled</c>.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <returns>The kinds; none for an unknown instance.</returns>
    public IReadOnlyList<string> ReadHistoryKinds(string instanceId) =>
        [.. _client.Hub.Store.ReadHistory(instanceId).Select(item => item.GetType().Name)];

    /// <summary>Writes an instance's history as JSON, for a test that replays it (see <see cref="OrchestrationReplay"/>).</summary>
    /// <param name="instanceId">The instance.</param>
    /// <returns>The history of its current execution.</returns>
    public string ExportHistory(string instanceId) =>
        HistoryJson.Write(new RecordedHistory(instanceId, _client.Hub.Store.ReadHistory(instanceId)));

    /// <summary>Returns when the next timer or delayed start is due, or <see langword="null"/> if none is.</summary>
    public DateTimeOffset? NextDueAt => _client.Hub.Store.NextDueAt(_client.Hub.Time.GetUtcNow());

    /// <summary>Returns a task that ends when no orchestrator or activity of this process runs or could: a test may then move its clock.</summary>
    public Task WhenIdleAsync() => _listener.Engine?.Gauge.WhenIdleAsync() ?? Task.CompletedTask;
}
