using System.Diagnostics.CodeAnalysis;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>
/// What an orchestrator does with entities: requests are sent events, answers are raised events with a request's id as their name,
/// as in Azure, so that histories are as long as there.
/// </summary>
internal sealed class OrchestratorEntities(OrchestratorContext context, string executionId, DataConverter converter)
    : TaskOrchestrationEntityFeature
{
    private const string Operation = "op";
    private const string Release = "release";

    private readonly Dictionary<string, TaskCompletionSource<EntityAnswer>> _open = [];
    private CriticalSection? _section;

    /// <summary>Gets a value indicating whether an answer could still wake the orchestrator.</summary>
    public bool IsAwaiting => _open.Count > 0;

    public override async Task CallEntityAsync(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        await CallAsync(id, operationName, input).ConfigureAwait(true);

    public override async Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        converter.Deserialize<TResult>(await CallAsync(id, operationName, input).ConfigureAwait(true))!;

    public override Task SignalEntityAsync(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        if (_section is { } section && section.Holds(id))
        {
            throw new InvalidOperationException("Must not signal a locked entity from a critical section.");
        }

        var message = new OutgoingEntityMessage(
            EntityIds.TextOf(id), new OperationRequested(operationName, converter.Serialize(input)), options?.SignalTime);

        // A signal has no answer, yet takes an id like every request.
        context.NewGuid();
        var name = options?.SignalTime is { } time ? $"{Operation}@{time.UtcDateTime:o}" : Operation;
        context.SendToEntity(name, message);
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds)
    {
        ArgumentNullException.ThrowIfNull(entityIds);
        if (_section is not null)
        {
            throw new InvalidOperationException("Must not enter another critical section from within a critical section.");
        }

        // One order for all orchestrations: two of them never wait for each other.
        EntityInstanceId[] entities =
            [.. entityIds.Distinct().OrderBy(id => id.Name, StringComparer.Ordinal).ThenBy(id => id.Key, StringComparer.Ordinal)];
        if (entities.Length == 0)
        {
            throw new ArgumentException("The list of entities to lock must not be empty.", nameof(entityIds));
        }

        string[] texts = [.. entities.Select(EntityIds.TextOf)];
        var (caller, granted) = Open();
        var section = new CriticalSection($"{executionId}/{caller.RequestId}", entities);
        context.SendToEntity(Operation, new OutgoingEntityMessage(texts[0], new LockRequested(caller, texts, 0) { LockId = section.LockId }));
        _section = section;
        await granted.ConfigureAwait(true);
        section.IsGranted = true;
        return new Releaser(this, section);
    }

    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        entityIds = _section is { IsGranted: true } section ? section.Entities : null;
        return entityIds is not null;
    }

    /// <summary>Ends the request that this event answers; <see langword="false"/> when it is an event of another kind.</summary>
    public bool TryAnswer(EventRaised raised) =>
        _open.Remove(raised.Name, out var source) && source.TrySetResult(HistoryJson.Read<EntityAnswer>(raised.Input!));

    public void RejectSubOrchestration()
    {
        if (_section is not null)
        {
            throw new InvalidOperationException("While holding locks, cannot call suborchestrators.");
        }
    }

    private async Task<string?> CallAsync(EntityInstanceId id, string operationName, object? input)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        var target = EntityIds.TextOf(id);
        var payload = converter.Serialize(input);
        var section = _section;
        if (section is not null)
        {
            BeginCall(section, id);
        }

        var (caller, answered) = Open();
        var operation = new OperationRequested(operationName, payload, caller) { LockId = section?.LockId };
        context.SendToEntity(Operation, new OutgoingEntityMessage(target, operation));
        var answer = await answered.ConfigureAwait(true);
        section?.EndCall(id);
        return answer.Failure is null ? answer.Result : throw new EntityOperationFailedException(id, operationName, answer.Failure);
    }

    private static void BeginCall(CriticalSection section, EntityInstanceId id)
    {
        if (!section.IsGranted)
        {
            throw new InvalidOperationException("Must await the completion of the lock request prior to calling any entity.");
        }

        if (!section.Holds(id))
        {
            throw new InvalidOperationException("Must not call an entity from a critical section if it is not one of the locked entities.");
        }

        if (!section.TryBeginCall(id))
        {
            throw new InvalidOperationException("Must not call an entity from a critical section while a prior call to the same entity is still pending.");
        }
    }

    private (EntityCaller Caller, Task<EntityAnswer> Answered) Open()
    {
        var requestId = context.NewGuid().ToString();
        var source = new TaskCompletionSource<EntityAnswer>();
        _open.Add(requestId, source);
        return (new EntityCaller(context.InstanceId, executionId, requestId), source.Task);
    }

    private void Leave(CriticalSection section)
    {
        if (_section != section)
        {
            return;
        }

        foreach (var id in section.Entities)
        {
            context.SendToEntity(Release, new OutgoingEntityMessage(id.ToString(), new LockReleased { LockId = section.LockId }));
        }

        _section = null;
    }

    private sealed class Releaser(OrchestratorEntities entities, CriticalSection section) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            entities.Leave(section);
            return ValueTask.CompletedTask;
        }
    }
}
