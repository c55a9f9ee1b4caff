using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>A task's own logger: keeps its last lines for the worker to show, and all of a batch's for their own task.</summary>
/// <param name="inner">Where the lines go.</param>
/// <param name="item">Whose they are.</param>
/// <param name="scope">The task's scope, where what runs it is shared with others; <see langword="null"/> where it is in scope anyway.</param>
/// <param name="time">Tells when.</param>
internal sealed class TaskLogger(ILogger inner, AttemptItem item, TaskLogScope? scope, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        using var kept = Keep();
        return inner.IsEnabled(logLevel);
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        using var kept = Keep();
        if (!inner.IsEnabled(logLevel))
        {
            return;
        }

        item.Running.AddLine($"{time.GetUtcNow():HH:mm:ss} {logLevel}: {formatter(state, exception)}");
        using (scope is null ? null : inner.BeginScope(scope))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private IDisposable? Keep() => scope is null ? null : item.Log?.Enter();
}
