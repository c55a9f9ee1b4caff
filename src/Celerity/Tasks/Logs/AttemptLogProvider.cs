using Microsoft.Extensions.Logging;

namespace Celerity.Tasks.Logs;

/// <summary>Brings what is logged by any logger to the log of the attempt that it is logged in. It depends on nothing: loggers are made before all else.</summary>
internal sealed class AttemptLogProvider : ILoggerProvider
{
    private static readonly Writer Only = new();

    public ILogger CreateLogger(string categoryName) => Only;

    public void Dispose()
    {
    }

    private sealed class Writer : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => AttemptLog.Current?.Takes(logLevel) == true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (AttemptLog.Current is { } log && log.Takes(logLevel))
            {
                log.Add(logLevel, formatter(state, exception), exception);
            }
        }
    }
}
