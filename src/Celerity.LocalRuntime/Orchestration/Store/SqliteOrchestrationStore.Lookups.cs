namespace Celerity.LocalRuntime.Orchestration.Store;

/// <content>Questions beside the engine's own.</content>
internal sealed partial class SqliteOrchestrationStore
{
    public IReadOnlyList<string> ChildrenOf(string instanceId) => _session.Read(() => _instances.ChildrenOf(instanceId));

    public (string? Parent, string? State) TraceOf(string instanceId) => _session.Read(() => _session.Query(
        """
        SELECT json_extract(e.value, '$.TraceParent'), json_extract(e.value, '$.TraceState') FROM History h, json_each(h.Events) e
        WHERE h.InstanceId = $1 AND h.FirstEvent = 0 AND json_extract(e.value, '$.ExecutionId') IS NOT NULL
        """,
        row => (row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)),
        instanceId).FirstOrDefault());
}
