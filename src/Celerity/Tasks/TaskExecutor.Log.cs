using Celerity.Handover;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

internal sealed partial class TaskExecutor
{
    [LoggerMessage(2020, LogLevel.Error, "Message {Id} on queue {Queue} is a dead letter: {Reason}")]
    private static partial void LogUndecodable(ILogger logger, string queue, string id, string reason);

    [LoggerMessage(2021, LogLevel.Debug, "A delivery of task {Task} {Id} was dropped ({Verdict})")]
    private static partial void LogDropped(ILogger logger, string task, string id, DeliveryVerdict verdict);

    [LoggerMessage(2022, LogLevel.Warning, "Storage failed and the claim of task {Task} {Id} could not be given up; its next delivery counts a crash")]
    private static partial void LogNotReleased(ILogger logger, string task, string id, Exception exception);
}
