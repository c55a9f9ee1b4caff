using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Logging;

/// <summary>Prints each log event as one line, under the levels of host.json; the app's own filters have passed it before.</summary>
internal sealed class LineLoggerProvider(LogLevels levels, TimeProvider time) : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, category => new LineLogger(category, levels.For(category), time, Console.Out));

    public void Dispose()
    {
    }
}
