using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <content>Rewinding: one transaction for an instance and all its failed descendants.</content>
internal sealed partial class SqliteOrchestrationStore
{
    public OrchestrationRuntimeStatus? Rewind(string instanceId, string? reason, DateTimeOffset now) => _session.Write(() =>
    {
        var row = _instances.Find(instanceId);
        if (row?.Status == OrchestrationRuntimeStatus.Failed)
        {
            Rewind(row, reason, now);
        }

        return row?.Status;
    });

    private void Rewind(InstanceRow row, string? reason, DateTimeOffset now)
    {
        List<HistoryEvent> missed = [];
        var events = RewoundHistory.Of(History(row.Id)).Events(child => WillAnswer(row, child, missed, reason, now));
        _session.Execute("DELETE FROM History WHERE InstanceId = $1", row.Id);
        _session.Execute("INSERT INTO History VALUES($1, 0, $2)", row.Id, HistoryJson.Write(events));
        _instances.Reopen(row.Id, events.Count, now);
        foreach (var item in missed.Prepend(new ExecutionRewound(reason)))
        {
            _mailbox.Send(new OutgoingMessage(row.Id, row.ExecutionId, now, item with { At = now.UtcDateTime }));
        }
    }

    // A child that was purged, terminated or replaced in the meantime cannot answer: it is asked for anew.
    private bool WillAnswer(
        InstanceRow parent, SubOrchestrationInstanceCreated asked, List<HistoryEvent> missed, string? reason, DateTimeOffset now)
    {
        if (_instances.Find(asked.InstanceId) is not { } child
            || child.Parent is not { } link
            || (link.InstanceId, link.ExecutionId, link.TaskId) != (parent.Id, parent.ExecutionId, asked.Id))
        {
            return false;
        }

        switch (child.Status)
        {
            case OrchestrationRuntimeStatus.Failed:
                Rewind(child, reason, now);
                return true;
            case OrchestrationRuntimeStatus.Completed:
                missed.Add(new SubOrchestrationInstanceCompleted(asked.Id, child.Output));
                return true;
            default:
                return !child.IsTerminal;
        }
    }
}
