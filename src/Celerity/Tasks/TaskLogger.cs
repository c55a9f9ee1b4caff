using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Puts each line into one task's scope: the tasks of a batch share what runs them.</summary>
internal sealed class TaskLogger(ILogger inner, TaskLogScope task) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        using (inner.BeginScope(task))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
