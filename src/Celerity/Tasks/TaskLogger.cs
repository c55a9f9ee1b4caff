using Celerity.Workers;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>A task's own logger: keeps its last lines for the worker to show.</summary>
/// <param name="inner">Where the lines go.</param>
/// <param name="running">Whose they are.</param>
/// <param name="scope">The task's scope, where what runs it is shared with others; <see langword="null"/> where it is in scope anyway.</param>
/// <param name="time">Tells when.</param>
internal sealed class TaskLogger(ILogger inner, RunningTask running, TaskLogScope? scope, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (!inner.IsEnabled(logLevel))
        {
            return;
        }

        running.AddLine($"{time.GetUtcNow():HH:mm:ss} {logLevel}: {formatter(state, exception)}");
        using (scope is null ? null : inner.BeginScope(scope))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
