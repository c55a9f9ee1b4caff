using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

internal sealed partial class TaskAttempt
{
    [LoggerMessage(2000, LogLevel.Warning, "Task {Task} {Id} still runs after its time limit of {Limit}, its revocation or the app's stop; what it returns will not count. {Zombies} such handlers run in this process")]
    private static partial void LogAbandoned(ILogger logger, string task, string id, TimeSpan limit, int zombies);

    [LoggerMessage(2001, LogLevel.Warning, "Whether task {Task} {Id}, which runs, has been revoked could not be read; it is asked again in a few seconds")]
    private static partial void LogNotAsked(ILogger logger, string task, string id, Exception exception);
}
