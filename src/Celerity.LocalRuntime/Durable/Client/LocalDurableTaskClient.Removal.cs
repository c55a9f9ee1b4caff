using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Client;

/// <content>Purging and restarting.</content>
internal sealed partial class LocalDurableTaskClient
{
    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        return Task.FromResult(new PurgeResult(Purge(instanceId, options?.Recursive == true)));
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var wanted = new InstanceFilter(
            filter.CreatedFrom, filter.CreatedTo, filter.Statuses is { } statuses ? [.. statuses.Intersect(Ended)] : Ended);
        var (count, after, started) = (0, (string?)null, hub.Time.GetTimestamp());
        while (hub.Store.List(wanted, after, OrchestrationQuery.DefaultPageSize) is { Count: > 0 } rows)
        {
            cancellation.ThrowIfCancellationRequested();
            if (filter.Timeout is { } timeout && hub.Time.GetElapsedTime(started) >= timeout)
            {
                return Task.FromResult(new PurgeResult(count, isComplete: false));
            }

            count += rows.Sum(row => PurgeEnded(row.Id, options?.Recursive == true));
            after = rows[^1].Id;
        }

        return Task.FromResult(new PurgeResult(count, filter.Timeout is null ? null : true));
    }

    public override Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        var row = hub.Store.Find(instanceId) ?? throw ClientErrors.Unknown(instanceId);

        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        hub.Store.TryCreate(NewInstances.Create(id, row.Name, row.Version, row.Input, hub.Time.GetUtcNow(), tags: row.Tags), []);
        Announce(id);
        return Task.FromResult(id);
    }

    private int Purge(string instanceId, bool recursive) => hub.Store.Find(instanceId)?.Status switch
    {
        { } status when !InstanceRow.IsTerminalStatus(status) && rules.WrongStateThrows => throw ClientErrors.WrongState("purge", instanceId, status),
        _ => PurgeEnded(instanceId, recursive),
    };

    // Descendants last, and found before their parent is gone: a crash between leaves some that a later purge by filter takes.
    private int PurgeEnded(string instanceId, bool recursive)
    {
        string[] descendants = [.. DescendantsOf(instanceId, recursive)];
        return IsPurged(instanceId) ? 1 + descendants.Count(IsPurged) : 0;
    }

    private bool IsPurged(string instanceId) => hub.Store.Purge(instanceId) is { } status && InstanceRow.IsTerminalStatus(status);
}
