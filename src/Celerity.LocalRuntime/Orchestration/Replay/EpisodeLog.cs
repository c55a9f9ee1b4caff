using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Replay;

internal static partial class EpisodeLog
{
    [LoggerMessage(5401, LogLevel.Debug, "Orchestration {InstanceId}: ignored {Event} for task {TaskId}, which is not open (cancelled, or answered before).")]
    public static partial void IgnoredResult(ILogger logger, string instanceId, string @event, int taskId);
}
