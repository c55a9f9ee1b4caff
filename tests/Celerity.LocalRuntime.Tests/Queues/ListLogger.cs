using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>Keeps what is logged at Information and above, as "Level text".</summary>
internal sealed class ListLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly Channel<string> _coming = Channel.CreateUnbounded<string>();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var line = $"{logLevel} {formatter(state, exception)}";
            _lines.Enqueue(line);
            _coming.Writer.TryWrite(line);
        }
    }

    /// <summary>Takes the lines one after another until one has <paramref name="part"/> in it.</summary>
    public async Task WhenAsync(string part)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!(await _coming.Reader.ReadAsync(limit.Token)).Contains(part, StringComparison.Ordinal))
        {
        }
    }

    public ILogger<T> For<T>() => new Typed<T>(this);

    private sealed class Typed<T>(ListLogger inner) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
