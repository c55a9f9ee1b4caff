using System.Globalization;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Logging;

internal sealed class LineLogger(string category, LogLevel minimum, TimeProvider time, TextWriter output) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // A failed start is told once, by StartFailure or by whoever started the host.
        if (!IsEnabled(logLevel) || exception is LocalStartException)
        {
            return;
        }

        var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception}";
        var at = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        output.WriteLine($"{at} {NameOf(logLevel)} {category}: {OneLine(text)}");
    }

    private static string OneLine(string text) =>
        text.AsSpan().ContainsAny('\r', '\n') ? string.Join(" | ", text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : text;

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };
}
