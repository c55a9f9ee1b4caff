using Celerity.LocalRuntime.Logging;

namespace Microsoft.Extensions.Logging;

public static class FunctionsLoggerExtensions
{
    public static void LogMetric(this ILogger logger, string name, double value, IDictionary<string, object>? properties = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        if (logger.IsEnabled(LogLevel.Information))
        {
            var state = new MetricState(name, value, properties);
            logger.Log(LogLevel.Information, new EventId(1, nameof(LogMetric)), state, exception: null, static (metric, _) => metric.ToString());
        }
    }
}
