using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Runs one claimed activity and delivers its result.</summary>
internal sealed class ActivityWorker(OrchestrationHub hub, ITaskCode code, ILogger logger)
{
    public async Task RunAsync(ClaimedActivity activity, CancellationToken cancellationToken)
    {
        var call = activity.Call;
        var result = await ResultOfAsync(call, cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            hub.Store.Release(activity);
            return;
        }

        var now = hub.Time.GetUtcNow();
        if (await hub.Writer.WriteAsync(() => hub.Store.Complete(activity, result with { At = now.UtcDateTime }, now)).ConfigureAwait(false))
        {
            hub.SignalInstances();
        }
        else
        {
            DispatchLog.ActivityFenced(logger, call.Name, call.InstanceId, call.TaskId);
        }
    }

    /// <summary>Returns the event to deliver, or <see langword="null"/> when the host stopped it.</summary>
    private async Task<HistoryEvent?> ResultOfAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        if (!code.HasActivity(call.Name))
        {
            var unknown = new InvalidOperationException(UnknownFunction.Message(call.Name, "activity"));
            DispatchLog.ActivityFailed(logger, call.Name, call.InstanceId, call.TaskId, unknown);
            return new TaskFailed(call.TaskId, TaskFailureDetails.FromException(unknown), NonRetriable: true);
        }

        try
        {
            return new TaskCompleted(call.TaskId, await code.RunActivityAsync(call, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (WorkAbandonedException exception)
        {
            DispatchLog.ActivityAbandoned(logger, call.Name, call.InstanceId, call.TaskId, exception);
            return null;
        }
#pragma warning disable CA1031 // Whatever an activity throws is its result, for its orchestrator to see.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DispatchLog.ActivityFailed(logger, call.Name, call.InstanceId, call.TaskId, exception);
            return new TaskFailed(call.TaskId, TaskFailureDetails.FromException(exception), NonRetriable: false);
        }
    }
}
