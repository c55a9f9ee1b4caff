using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Replay;

internal static partial class EpisodeLog
{
    [LoggerMessage(5401, LogLevel.Debug, "Orchestration {InstanceId}: ignored {Event} for task {TaskId}, which is not open (cancelled, or answered before).")]
    public static partial void IgnoredResult(ILogger logger, string instanceId, string @event, int taskId);

    [LoggerMessage(5402, LogLevel.Warning, "Orchestration {InstanceId} continues as new while {Count} of its tasks are open: they are forgotten. Await or cancel them first.")]
    public static partial void ForgottenTasks(ILogger logger, string instanceId, int count);

    [LoggerMessage(5403, LogLevel.Error, "Orchestration {InstanceId} was resumed on another thread: it awaited something that is not durable (such as CancelAsync, Task.Delay or ConfigureAwait(false)). It goes on only when a durable task of it ends.")]
    public static partial void Intruded(ILogger logger, string instanceId);
}
