using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

internal static partial class DispatchLog
{
    [LoggerMessage(5411, LogLevel.Error, "The orchestration store gave no {Kind}; it is asked again at the next poll.")]
    public static partial void ClaimFailed(ILogger logger, string kind, Exception exception);

    [LoggerMessage(5412, LogLevel.Error, "Running {Kind} ended in an error of the runtime.")]
    public static partial void WorkFailed(ILogger logger, string kind, Exception exception);

    [LoggerMessage(5413, LogLevel.Error, "An episode of orchestration {InstanceId} was abandoned; it is run again.")]
    public static partial void EpisodeAbandoned(ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(5423, LogLevel.Information, "Orchestration {InstanceId} is left to another worker: {Reason}")]
    public static partial void EpisodeLeft(ILogger logger, string instanceId, string reason);

    [LoggerMessage(5414, LogLevel.Warning, "Orchestration {InstanceId} is run elsewhere by now (its claim was lost): this episode has no effect.")]
    public static partial void EpisodeFenced(ILogger logger, string instanceId);

    [LoggerMessage(5415, LogLevel.Warning, "Activity {Activity} of {InstanceId} (#{TaskId}) ended after its claim was lost: its result is dropped, it runs again.")]
    public static partial void ActivityFenced(ILogger logger, string activity, string instanceId, int taskId);

    [LoggerMessage(5416, LogLevel.Information, "Orchestration {InstanceId} ({Name}) ended as {Status}.")]
    public static partial void Ended(ILogger logger, string instanceId, string name, string status);

    [LoggerMessage(5421, LogLevel.Warning, "Orchestration {InstanceId} ({Name}) failed: {Reason}")]
    public static partial void Failed(ILogger logger, string instanceId, string name, string? reason);

    [LoggerMessage(5417, LogLevel.Information, "Activity {Activity} of {InstanceId} (#{TaskId}) failed.")]
    public static partial void ActivityFailed(ILogger logger, string activity, string instanceId, int taskId, Exception exception);

    [LoggerMessage(5422, LogLevel.Information, "Activity {Activity} of {InstanceId} (#{TaskId}) failed: {Reason}")]
    public static partial void ActivityRefused(ILogger logger, string activity, string instanceId, int taskId, string reason);

    [LoggerMessage(5418, LogLevel.Warning, "{Count} owners of orchestrations died or stalled; what they held is free again.")]
    public static partial void OwnersLost(ILogger logger, int count);

    [LoggerMessage(5419, LogLevel.Error, "The orchestration lease could not be renewed; it is tried again.")]
    public static partial void RenewalFailed(ILogger logger, Exception exception);

    [LoggerMessage(5420, LogLevel.Warning, "Activity {Activity} of {InstanceId} (#{TaskId}) was cut off by the host; it runs again.")]
    public static partial void ActivityAbandoned(ILogger logger, string activity, string instanceId, int taskId, Exception exception);
}
