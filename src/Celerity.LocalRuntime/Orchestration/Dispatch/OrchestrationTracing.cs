using System.Diagnostics;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>The spans of orchestrations and activities. All of an orchestration are in the trace of whoever started it.</summary>
internal static class OrchestrationTracing
{
    /// <summary>The name of the source, and of the tags, is that of the Durable Task framework.</summary>
    public const string SourceName = "DurableTask.Core";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Makes a caller in another process the parent of what follows; <see langword="null"/> when it names no trace.</summary>
    public static Activity? StartRemote(string? traceParent, string? traceState) => string.IsNullOrEmpty(traceParent)
        ? null
        : new Activity("start") { TraceStateString = traceState }.SetParentId(traceParent).Start();

    /// <summary>Begins the span of a start; what it starts belongs to it.</summary>
    public static Activity? StartCreation(string name, string instanceId) =>
        Source.StartActivity($"create_orchestration:{name}", ActivityKind.Producer)?.SetTag("durabletask.task.instance_id", instanceId);

    /// <summary>Adds the trace context of this moment to the first event of an orchestration.</summary>
    public static ExecutionStarted Stamp(ExecutionStarted started) => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current
        ? started with { TraceParent = current.Id, TraceState = current.TraceStateString }
        : started;

    /// <summary>Begins the span of an activity; the store is asked for its trace only if somebody listens.</summary>
    public static Activity? StartActivity(ActivityCall call, IOrchestrationStore store)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var span = Source.StartActivity($"activity:{call.Name}", ActivityKind.Server, ContextOf(store.TraceOf(call.InstanceId)));
        return span?
            .SetTag("durabletask.type", "activity")
            .SetTag("durabletask.task.name", call.Name)
            .SetTag("durabletask.task.instance_id", call.InstanceId)
            .SetTag("durabletask.task.task_id", call.TaskId);
    }

    /// <summary>Writes the span of an orchestration that has ended, from its creation to now.</summary>
    public static void WriteOrchestration(Checkpoint checkpoint, ExecutionStarted started)
    {
        var row = checkpoint.Row;
        using var span = Source.StartActivity(
            $"orchestration:{row.Name}", ActivityKind.Server, ContextOf((started.TraceParent, started.TraceState)), startTime: row.CreatedAt);
        span?
            .SetTag("durabletask.type", "orchestration")
            .SetTag("durabletask.task.name", row.Name)
            .SetTag("durabletask.task.instance_id", row.Id)
            .SetTag("durabletask.task.status", row.Status.ToString())
            .SetStatus(row.Status == OrchestrationRuntimeStatus.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Unset)
            .SetEndTime(row.UpdatedAt.UtcDateTime);
    }

    private static ActivityContext ContextOf((string? Parent, string? State) trace) =>
        ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out var context) ? context : default;
}
