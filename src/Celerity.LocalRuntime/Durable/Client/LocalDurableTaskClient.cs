using Celerity.LocalRuntime.Durable.Entities;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace Celerity.LocalRuntime.Durable.Client;

/// <summary>The client over the hub's store. It answers like the Functions host's.</summary>
internal sealed class LocalDurableTaskClient(OrchestrationHub hub, ClientRules rules, Func<string?>? baseUrl = null) : DurableTaskClient(hub.Name)
{
#pragma warning disable CS0618 // The host's rules name the obsolete statuses.
    private static readonly OrchestrationRuntimeStatus[] Active =
    [
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.ContinuedAsNew,
    ];
#pragma warning restore CS0618

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    public OrchestrationHub Hub => hub;

    public override DurableEntityClient Entities => LocalEntities;

    public LocalDurableEntityClient LocalEntities { get; } = new(hub);

    /// <summary>Gets the address at which this app listens, or <see langword="null"/>.</summary>
    public string? BaseUrl => baseUrl?.Invoke();

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Start(orchestratorName, hub.Converter.Serialize(input), options));
    }

    /// <summary>Starts an orchestration with an input that is text already.</summary>
    public string Start(string name, string? input, StartOrchestrationOptions? options)
    {
        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.Validate(id);
        var instance = NewInstances.Create(
            id,
            name,
            options?.Version ?? rules.DefaultVersion,
            input,
            hub.Time.GetUtcNow(),
            options?.StartAt?.ToUniversalTime(),
            tags: options?.Tags is { Count: > 0 } tags ? tags : null);
        if (hub.Store.TryCreate(instance, DedupeStatuses.Of(options) ?? (rules.ReplacesRunning ? [] : Active)) is { } found)
        {
            throw new OrchestrationAlreadyExistsException($"An Orchestration instance with the id '{id}' already exists: its status is {found}.");
        }

        Announce(id);
        return id;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return TryRaise(instanceId, eventName, hub.Converter.Serialize(eventPayload)) switch
        {
            null when rules.RaiseThrows => throw ClientErrors.NotFound(instanceId),
            { } status when rules.RaiseThrows && !Active.Contains(status) => throw ClientErrors.NotRunning(),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>Raises an event whose payload is text already, unless the instance has ended.</summary>
    /// <returns>The status found, or <see langword="null"/> when there is no such instance.</returns>
    public OrchestrationRuntimeStatus? TryRaise(string instanceId, string eventName, string? payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        InstanceIds.RejectEntity(instanceId);
        var now = hub.Time.GetUtcNow();
        var found = hub.Store.Post(instanceId, new EventRaised(eventName, payload) { At = now.UtcDateTime }, now, Active);
        hub.SignalInstances();
        return found;
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var at = hub.Time.GetUtcNow().UtcDateTime;
        var status = Post(instanceId, new ExecutionTerminated(hub.Converter.Serialize(options?.Output)) { At = at }, Active, cancellation);
        return Active.Contains(status) ? Task.CompletedTask : throw ClientErrors.WrongState("terminate", instanceId, status);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        OrchestrationRuntimeStatus[] allowed = [.. Active.Where(status => status != OrchestrationRuntimeStatus.Suspended)];
        var status = Post(instanceId, new ExecutionSuspended(reason) { At = hub.Time.GetUtcNow().UtcDateTime }, allowed, cancellation);
        return allowed.Contains(status) ? Task.CompletedTask : throw ClientErrors.Unhandled("suspend", instanceId, status);
    }

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        var resumed = new ExecutionResumed(reason) { At = hub.Time.GetUtcNow().UtcDateTime };
        var status = Post(instanceId, resumed, [OrchestrationRuntimeStatus.Suspended], cancellation);
        return status == OrchestrationRuntimeStatus.Suspended ? Task.CompletedTask : throw ClientErrors.Unhandled("resume", instanceId, status);
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        return Task.FromResult(hub.Store.Find(instanceId) is { } row ? Describe(row, getInputsAndOutputs) : null);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        var wanted = new InstanceFilter(query.CreatedFrom, query.CreatedTo, query.Statuses is { } statuses ? [.. statuses] : null, query.InstanceIdPrefix);
        return Pageable.Create<OrchestrationMetadata>((token, pageSize, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var size = pageSize ?? query.PageSize;
            var rows = hub.Store.List(wanted, token ?? query.ContinuationToken, size);
            var next = rows.Count == size ? rows[^1].Id : null;
            return Task.FromResult(new Page<OrchestrationMetadata>([.. rows.Select(row => Describe(row, query.FetchInputsAndOutputs))], next));
        });
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, row => row.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, row => row.IsTerminal, getInputsAndOutputs, cancellation);

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        return hub.Store.Purge(instanceId) switch
        {
            null => Task.FromResult(new PurgeResult(0)),
            { } status when InstanceRow.IsTerminalStatus(status) => Task.FromResult(new PurgeResult(1)),
            { } status => throw ClientErrors.WrongState("purge", instanceId, status),
        };
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        OrchestrationRuntimeStatus[] ended =
            [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        var wanted = new InstanceFilter(
            filter.CreatedFrom, filter.CreatedTo, filter.Statuses is { } statuses ? [.. statuses.Intersect(ended)] : ended);
        var (count, after, started) = (0, (string?)null, hub.Time.GetTimestamp());
        while (hub.Store.List(wanted, after, OrchestrationQuery.DefaultPageSize) is { Count: > 0 } rows)
        {
            cancellation.ThrowIfCancellationRequested();
            if (filter.Timeout is { } timeout && hub.Time.GetElapsedTime(started) >= timeout)
            {
                return Task.FromResult(new PurgeResult(count, isComplete: false));
            }

            count += rows.Count(row => hub.Store.Purge(row.Id) is { } status && InstanceRow.IsTerminalStatus(status));
            after = rows[^1].Id;
        }

        return Task.FromResult(new PurgeResult(count, filter.Timeout is null ? null : true));
    }

    public override Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        InstanceIds.RejectEntity(instanceId);
        if (hub.Store.Find(instanceId) is not { } row)
        {
            throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));
        }

        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        hub.Store.TryCreate(NewInstances.Create(id, row.Name, row.Version, row.Input, hub.Time.GetUtcNow(), tags: row.Tags), []);
        Announce(id);
        return Task.FromResult(id);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Announce(string startedId)
    {
        hub.SignalInstances();

        // A start in the place of another instance frees what that one has locked.
        hub.SignalEntities();
        hub.SignalChanged(startedId);
    }

    private OrchestrationRuntimeStatus Post(
        string instanceId, HistoryEvent posted, IReadOnlyCollection<OrchestrationRuntimeStatus> allowed, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        var found = hub.Store.Post(instanceId, posted, hub.Time.GetUtcNow(), allowed) ?? throw ClientErrors.NotFound(instanceId);
        hub.SignalInstances();
        return found;
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceRow, bool> reached, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        InstanceIds.RejectEntity(instanceId);
        while (true)
        {
            var changed = hub.WhenChangedAsync(instanceId);
            if (hub.Store.Find(instanceId) is { } row && reached(row))
            {
                return Describe(row, getInputsAndOutputs);
            }

            // Another process may be the one that runs it.
            using var poll = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(PollInterval, hub.Time, poll.Token)).ConfigureAwait(false);
            await poll.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private OrchestrationMetadata Describe(InstanceRow row, bool withData) => new(row.Name, row.Id)
    {
        RuntimeStatus = row.Status,
        CreatedAt = row.CreatedAt,
        LastUpdatedAt = row.UpdatedAt,
        Tags = row.Tags ?? new Dictionary<string, string>(),
        DataConverter = withData ? hub.Converter : null,
        SerializedInput = withData ? row.Input : null,
        SerializedOutput = withData ? row.Output : null,
        SerializedCustomStatus = withData ? row.CustomStatus : null,
        FailureDetails = withData ? row.Failure : null,
    };
}
