using Microsoft.Extensions.Logging;

namespace Celerity.Functions.Compositions;

internal static partial class AwaitLog
{
    [LoggerMessage(2720, LogLevel.Warning, "A step of waiting in {Instance} failed and is tried again in {Delay}.")]
    public static partial void AwaitStepFailed(this ILogger logger, Exception exception, string instance, TimeSpan delay);
}
