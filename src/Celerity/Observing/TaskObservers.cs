using Microsoft.Extensions.Logging;

namespace Celerity.Observing;

/// <summary>Tells the app's observers, in their order. What they throw is logged and changes nothing.</summary>
internal sealed partial class TaskObservers(IEnumerable<ITaskObserver> observers, ILogger<TaskObservers> logger)
{
    private readonly ITaskObserver[] _observers = [.. observers];

    /// <summary>Gets whether there is nobody to tell.</summary>
    public bool IsEmpty => _observers.Length == 0;

    public async ValueTask TellAsync(TaskEvent happened)
    {
        foreach (var observer in _observers)
        {
            try
            {
                await observer.OnEventAsync(happened, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The edge to user code: an observer's failure is never the task's.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFailed(logger, observer.GetType().FullName!, happened.Kind, happened.Name, happened.Id, exception);
            }
        }
    }

    [LoggerMessage(2040, LogLevel.Error, "The observer {Observer} failed on {Kind} of task {Task} {Id}; the task is not concerned")]
    private static partial void LogFailed(ILogger logger, string observer, TaskEventKind kind, string task, string id, Exception exception);
}
