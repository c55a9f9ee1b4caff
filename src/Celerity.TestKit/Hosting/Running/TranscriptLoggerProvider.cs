using Celerity.LocalRuntime.Queues;
using Microsoft.Extensions.Logging;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>Writes the app's log events to the transcript, from a level up, as long as its process lives.</summary>
internal sealed class TranscriptLoggerProvider(AppProcess process, LogLevel minimum) : ILoggerProvider
{
    // What becomes of messages is told anyway, and a queue that nobody has sent to yet is no news in a test.
    private static readonly string Listener = typeof(QueueListener).FullName!;

    public ILogger CreateLogger(string categoryName) =>
        new Logger(process, categoryName == Listener && minimum < LogLevel.Error ? LogLevel.Error : minimum, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(AppProcess process, LogLevel minimum, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None && !process.IsDead;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var reason = exception is null ? string.Empty : $" {exception.GetType().Name}: {exception.Message}";
                process.World.Transcript.Add("log", category, string.Empty, $"{logLevel}: {formatter(state, exception)}{reason}");
            }
        }
    }
}
