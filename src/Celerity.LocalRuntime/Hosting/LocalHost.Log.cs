using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Hosting;

internal sealed partial class LocalHost
{
    [LoggerMessage(9010, LogLevel.Information, "Function {Function}: {Trigger}{Note}")]
    private static partial void LogFunction(ILogger logger, string function, string trigger, string note);

    [LoggerMessage(9011, LogLevel.Information, "Running {Count} functions at {Address}; stop with Ctrl+C")]
    private static partial void LogRunning(ILogger logger, int count, string address);

    [LoggerMessage(9012, LogLevel.Information, "Stopping: {Running} invocations have up to {DrainTimeout} to end")]
    private static partial void LogStopping(ILogger logger, int running, TimeSpan drainTimeout);

    [LoggerMessage(9013, LogLevel.Warning, "{Running} invocations did not end within {DrainTimeout} and are cancelled")]
    private static partial void LogCancelling(ILogger logger, int running, TimeSpan drainTimeout);

    [LoggerMessage(9014, LogLevel.Information, "Stopped; {Running} invocations were left behind")]
    private static partial void LogStopped(ILogger logger, int running);

    [LoggerMessage(9015, LogLevel.Error, "The web server did not stop in order")]
    private static partial void LogStopFailed(ILogger logger, Exception exception);
}
