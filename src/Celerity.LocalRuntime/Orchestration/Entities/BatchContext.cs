using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>Collects what the operations of a batch send.</summary>
internal sealed class BatchContext(EntityInstanceId id, DataConverter converter, TimeProvider time) : TaskEntityContext
{
    private readonly List<OutgoingEntityMessage> _signals = [];
    private readonly List<NewInstance> _instances = [];

    public override EntityInstanceId Id => id;

    public IReadOnlyList<OutgoingEntityMessage> Signals => _signals;

    public IReadOnlyList<NewInstance> Instances => _instances;

    public override void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        _signals.Add(new OutgoingEntityMessage(EntityIds.TextOf(id), new OperationRequested(operationName, converter.Serialize(input)), options?.SignalTime));
    }

    public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        var instanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.Validate(instanceId);
        _instances.Add(NewInstances.Create(
            instanceId,
            name,
            options?.Version ?? string.Empty,
            converter.Serialize(input),
            time.GetUtcNow(),
            options?.StartAt?.ToUniversalTime(),
            tags: options?.Tags is { Count: > 0 } tags ? tags : null));
        return instanceId;
    }

    /// <summary>Forgets what was sent after the first <paramref name="signals"/> and <paramref name="instances"/>.</summary>
    public void RollBack(int signals, int instances)
    {
        _signals.RemoveRange(signals, _signals.Count - signals);
        _instances.RemoveRange(instances, _instances.Count - instances);
    }
}
