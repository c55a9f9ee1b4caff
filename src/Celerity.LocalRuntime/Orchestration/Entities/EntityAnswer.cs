using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>How an operation ended. Orchestrations get it as the payload of an event, as in Azure.</summary>
internal sealed record EntityAnswer(string? Result = null, TaskFailureDetails? Failure = null)
{
    public OutgoingMessage To(EntityCaller caller, DateTimeOffset now) => new(
        caller.InstanceId, caller.ExecutionId, now, new EventRaised(caller.RequestId, HistoryJson.Write(this)) { At = now.UtcDateTime });
}
