using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Sending;

internal sealed partial class BackgroundTasks
{
    [LoggerMessage(2030, LogLevel.Warning, "Task {Task} {Id} was sent and will run, but its send row could not be stored: it is not visible until it runs")]
    private static partial void LogRowMissing(ILogger logger, string task, string id, Exception exception);
}
