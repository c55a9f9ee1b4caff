using Microsoft.Extensions.Logging;

namespace Celerity.Functions.Pipelines;

internal static partial class StageLog
{
    [LoggerMessage(2710, LogLevel.Warning, "A step of stage {Stage} failed and is tried again in {Delay}.")]
    public static partial void StepFailed(this ILogger logger, Exception exception, string stage, TimeSpan delay);
}
