using System.Collections.Concurrent;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
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

/// <summary>The levels of host.json <c>logging.logLevel</c>: the longest matching category prefix decides.</summary>
internal sealed class LogLevels
{
    private readonly List<(string Prefix, LogLevel Level)> _levels = [];
    private readonly LogLevel _default = LogLevel.Information;

    public LogLevels(HostConfiguration host)
    {
        foreach (var entry in host.Section("logging:logLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(entry.Value, ignoreCase: true, out var level))
            {
                throw new LocalStartException($"host.json: the log level \"{entry.Value}\" of \"{entry.Key}\" is none of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
            }

            if (entry.Key.Equals("default", StringComparison.OrdinalIgnoreCase))
            {
                _default = level;
            }
            else
            {
                _levels.Add((entry.Key, level));
            }
        }
    }

    public LogLevel For(string category)
    {
        var best = (Prefix: string.Empty, Level: _default);
        foreach (var candidate in _levels)
        {
            if (candidate.Prefix.Length > best.Prefix.Length && category.StartsWith(candidate.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                best = candidate;
            }
        }

        return best.Level;
    }
}
