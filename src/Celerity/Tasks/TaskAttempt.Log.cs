using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

internal sealed partial class TaskAttempt
{
    [LoggerMessage(2000, LogLevel.Warning, "Task {Task} {Id} still runs after its time limit of {Limit} or the app's stop; what it returns will not count")]
    private static partial void LogAbandoned(ILogger logger, string task, string id, TimeSpan limit);
}
