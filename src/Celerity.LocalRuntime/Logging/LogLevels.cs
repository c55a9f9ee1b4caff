using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Logging;

/// <summary>The levels of host.json <c>logging.logLevel</c>: the longest matching category prefix decides.</summary>
internal sealed class LogLevels
{
    private readonly LogLevel _default = LogLevel.Information;

    // What the web server says of each request repeats what the invocation says.
    private readonly Dictionary<string, LogLevel> _levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.AspNetCore"] = LogLevel.Warning,
        ["Microsoft.Hosting.Lifetime"] = LogLevel.Warning,
    };

    public LogLevels(HostConfiguration host)
    {
        foreach (var entry in host.Section("logging:logLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(entry.Value, ignoreCase: true, out var level))
            {
                throw new LocalStartException(
                    $"host.json: the log level \"{entry.Value}\" of \"{entry.Key}\" is none of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
            }

            if (entry.Key.Equals("default", StringComparison.OrdinalIgnoreCase))
            {
                _default = level;
            }
            else
            {
                _levels[entry.Key] = level;
            }
        }
    }

    public LogLevel For(string category)
    {
        var longest = _levels.Keys
            .Where(prefix => category.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .MaxBy(prefix => prefix.Length);
        return longest is null ? _default : _levels[longest];
    }
}
