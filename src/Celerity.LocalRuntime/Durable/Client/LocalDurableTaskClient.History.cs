using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Client;

/// <content>Rewinding, and reading histories and ids.</content>
internal sealed partial class LocalDurableTaskClient
{
    public override Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        var found = hub.Store.Rewind(instanceId, reason, hub.Time.GetUtcNow()) ?? throw ClientErrors.Unknown(instanceId);
        if (found != OrchestrationRuntimeStatus.Failed)
        {
            throw new InvalidOperationException(
                $"Cannot rewind the orchestration instance {instanceId} because instance is in the {found} state: only failed ones are rewound.");
        }

        hub.SignalInstances();
        hub.SignalChanged(instanceId);
        return Task.CompletedTask;
    }

    public override Task<IList<global::DurableTask.Core.History.HistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        var row = hub.Store.Find(instanceId) ?? throw ClientErrors.Unknown(instanceId);
        return Task.FromResult<IList<global::DurableTask.Core.History.HistoryEvent>>(
            [.. hub.Store.ReadHistory(instanceId).Select(item => PublicHistory.Of(item, row))]);
    }

    public override Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();

        // Only what has ended has a time of completion: that of its last change.
        var statuses = (runtimeStatus ?? Ended).Where(Ended.Contains).ToArray();
        var rows = hub.Store.List(
            new InstanceFilter(Statuses: statuses, UpdatedFrom: completedTimeFrom, UpdatedTo: completedTimeTo), lastInstanceKey, pageSize);
        return Task.FromResult(new Page<string>([.. rows.Select(row => row.Id)], rows.Count == pageSize ? rows[^1].Id : null));
    }
}
