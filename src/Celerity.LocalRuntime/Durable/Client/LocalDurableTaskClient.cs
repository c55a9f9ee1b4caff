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
internal sealed partial class LocalDurableTaskClient(
    OrchestrationHub hub, ClientRules rules, Func<string?>? baseUrl = null, DataConverter? converter = null, string? name = null)
    : DurableTaskClient(name ?? hub.Name)
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

    private readonly DataConverter _converter = converter ?? hub.Converter;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    public OrchestrationHub Hub => hub;

    public override DurableEntityClient Entities => rules.HasEntities
        ? LocalEntities
        : throw new NotSupportedException("Durable entities are disabled because DurableTaskClientOptions.EnableEntitySupport=false.");

    public LocalDurableEntityClient LocalEntities { get; } = new(hub, converter ?? hub.Converter, name ?? hub.Name);

    /// <summary>Gets the key to put into the addresses that this client hands out; <see langword="null"/> where keys are not checked.</summary>
    public string? SystemKey { get; init; }

    /// <summary>Gets the address at which this app listens, or <see langword="null"/>.</summary>
    public string? BaseUrl => baseUrl?.Invoke();

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Start(orchestratorName, _converter.Serialize(input), options));
    }

    /// <summary>Starts an orchestration with an input that is text already.</summary>
    public string Start(string name, string? input, StartOrchestrationOptions? options)
    {
        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        (rules.RestrictsIds ? InstanceIds.Validate : (Action<string>)InstanceIds.RejectEntity)(id);
        using var span = OrchestrationTracing.StartCreation(name, id);
        var instance = NewInstances.Create(
            id,
            name,
            options?.Version ?? rules.DefaultVersion,
            input,
            hub.Time.GetUtcNow(),
            options?.StartAt?.ToUniversalTime(),
            tags: options?.Tags is { Count: > 0 } tags ? tags : null);
        instance = instance with { Started = OrchestrationTracing.Stamp(instance.Started) };
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
        return TryRaise(instanceId, eventName, _converter.Serialize(eventPayload)) switch
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

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

    private void Announce(string startedId)
    {
        hub.SignalInstances();

        // A start in the place of another instance frees what that one has locked.
        hub.SignalEntities();
        hub.SignalChanged(startedId);
    }

    private OrchestrationMetadata Describe(InstanceRow row, bool withData) => new(row.Name, row.Id)
    {
        RuntimeStatus = row.Status,
        CreatedAt = row.CreatedAt,
        LastUpdatedAt = row.UpdatedAt,
        Tags = row.Tags ?? new Dictionary<string, string>(),
        DataConverter = withData ? _converter : null,
        SerializedInput = withData ? row.Input : null,
        SerializedOutput = withData ? rules.FailureOutputIsMessage && row.Failure is { } failure ? failure.ErrorMessage : row.Output : null,
        SerializedCustomStatus = withData ? row.CustomStatus : null,
        FailureDetails = withData ? row.Failure : null,
    };
}
