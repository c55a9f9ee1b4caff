using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Celerity.Tests.Observing;

/// <summary>Keeps what is logged, with what its scopes say.</summary>
internal sealed class LogRecorder : ILoggerProvider, ISupportExternalScope, ILogger
{
    private readonly ConcurrentQueue<Line> _lines = new();
    private IExternalScopeProvider? _scopes;

    public IEnumerable<Line> Lines => _lines;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _scopes!.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var pairs = new List<string>();
        _scopes!.ForEachScope((scope, found) => found.AddRange(
            scope is IEnumerable<KeyValuePair<string, object?>> values ? values.Select(value => $"{value.Key}={value.Value}") : []), pairs);
        _lines.Enqueue(new Line(eventId.Id, logLevel, formatter(state, exception), string.Join(' ', pairs)));
    }

    public void Dispose()
    {
    }

    internal sealed record Line(int Id, LogLevel Level, string Text, string Scope)
    {
        public override string ToString() => $"{Id} {Level} {Text}";
    }
}
