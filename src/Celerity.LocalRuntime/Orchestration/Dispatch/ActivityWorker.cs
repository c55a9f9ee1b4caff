using System.Diagnostics;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Runs one claimed activity and delivers its result.</summary>
internal sealed class ActivityWorker(OrchestrationHub hub, ITaskCode code, ILogger logger)
{
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ClaimedActivity activity, CancellationToken cancellationToken)
    {
        var call = activity.Call;
        using var span = OrchestrationTracing.StartActivity(call, hub.Store);
        var result = await ResultOfAsync(call, cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            hub.Store.Release(activity);
            return;
        }

        span?.SetStatus(result is TaskFailed ? ActivityStatusCode.Error : ActivityStatusCode.Unset, (result as TaskFailed)?.Failure.ErrorMessage);
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
        try
        {
            if (code.RefuseActivity(call) is { } refusal)
            {
                DispatchLog.ActivityRefused(logger, call.Name, call.InstanceId, call.TaskId, refusal.ErrorMessage);
                return new TaskFailed(call.TaskId, refusal, NonRetriable: true);
            }

            return new TaskCompleted(call.TaskId, await code.RunActivityAsync(call, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (WorkAbandonedException exception)
        {
            DispatchLog.ActivityAbandoned(logger, call.Name, call.InstanceId, call.TaskId, exception);
            if (exception.InnerException is null)
            {
                // Not taken: another worker may be faster than this one asks again.
                await Task.Delay(PauseAfterRefusal, hub.Time, CancellationToken.None).ConfigureAwait(false);
            }

            return null;
        }
#pragma warning disable CA1031 // Whatever an activity throws is its result, for its orchestrator to see.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DispatchLog.ActivityFailed(logger, call.Name, call.InstanceId, call.TaskId, exception);
            return new TaskFailed(call.TaskId, TaskFailureDetails.FromException(exception, code.Rules.ExceptionProperties), NonRetriable: false);
        }
    }
}
