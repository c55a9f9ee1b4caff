using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Durable.Client;

/// <content>Terminating, suspending and resuming.</content>
internal sealed partial class LocalDurableTaskClient
{
    private static readonly OrchestrationRuntimeStatus[] Suspendable = [.. Active.Where(status => status != OrchestrationRuntimeStatus.Suspended)];

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var terminated = new ExecutionTerminated(_converter.Serialize(options?.Output)) { At = hub.Time.GetUtcNow().UtcDateTime };
        Steer(instanceId, terminated, Active, status => ClientErrors.WrongState("terminate", instanceId, status), cancellation);
        foreach (var descendant in DescendantsOf(instanceId, options?.Recursive == true))
        {
            hub.Store.Post(descendant, terminated, hub.Time.GetUtcNow(), Active);
        }

        hub.SignalInstances();
        return Task.CompletedTask;
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        var suspended = new ExecutionSuspended(reason) { At = hub.Time.GetUtcNow().UtcDateTime };
        Steer(instanceId, suspended, Suspendable, status => ClientErrors.Unhandled("suspend", instanceId, status), cancellation);
        return Task.CompletedTask;
    }

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        var resumed = new ExecutionResumed(reason) { At = hub.Time.GetUtcNow().UtcDateTime };
        Steer(instanceId, resumed, [OrchestrationRuntimeStatus.Suspended], status => ClientErrors.Unhandled("resume", instanceId, status), cancellation);
        return Task.CompletedTask;
    }

    private void Steer(
        string instanceId,
        HistoryEvent posted,
        IReadOnlyCollection<OrchestrationRuntimeStatus> allowed,
        Func<OrchestrationRuntimeStatus, Exception> refusal,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        InstanceIds.RejectEntity(instanceId);
        var found = hub.Store.Post(instanceId, posted, hub.Time.GetUtcNow(), allowed);
        hub.SignalInstances();
        if (rules.WrongStateThrows)
        {
            var status = found ?? throw ClientErrors.NotFound(instanceId);
            if (!allowed.Contains(status))
            {
                throw refusal(status);
            }
        }
    }

    private IEnumerable<string> DescendantsOf(string instanceId, bool asked) => asked && rules.Recurses
        ? hub.Store.ChildrenOf(instanceId).SelectMany(child => DescendantsOf(child, asked).Prepend(child))
        : [];
}
