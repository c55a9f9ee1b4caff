using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>Creates instances and sends them events. Called within a transaction of the session.</summary>
internal sealed class Mailbox(SqliteSession session, InstanceTable instances, EntityTable entities)
{
    /// <summary>Creates an instance, or a new execution in the place of one, whose locks on entities end.</summary>
    public void Create(NewInstance instance, DateTimeOffset now)
    {
        DropExecution(instance.Row.Id);
        entities.ReleaseLocksOf(instance.Row.Id);
        instances.Create(instance.Row);
        Send(new OutgoingMessage(instance.Row.Id, instance.Row.ExecutionId, now, instance.Started));
    }

    public void DropExecution(string instanceId)
    {
        session.Execute("DELETE FROM History WHERE InstanceId = $1", instanceId);
        session.Execute("DELETE FROM Messages WHERE InstanceId = $1", instanceId);
    }

    // What is sent to an instance or execution that is no more, is dropped; what is sent to one that is not to start yet, waits with its start.
    public void Send(OutgoingMessage message) => session.Execute(
        """
        INSERT INTO Messages(InstanceId, ExecutionId, VisibleAt, Event)
        SELECT Id, $2, CASE WHEN Status = $5 AND NOT $6 THEN max($3, coalesce(StartAt, 0)) ELSE $3 END, $4
        FROM Instances WHERE Id = $1 AND ($2 IS NULL OR ExecutionId = $2) AND Status NOT IN ($7, $8, $9)
        """,
        message.InstanceId,
        message.ExecutionId,
        message.VisibleAt,
        HistoryJson.Write(message.Event),
        OrchestrationRuntimeStatus.Pending,
        message.Event is ExecutionTerminated,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated);
}
