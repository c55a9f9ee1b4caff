using Microsoft.Extensions.Logging;

namespace Celerity.PoisonDrain;

internal sealed partial class PoisonDrainer
{
    [LoggerMessage(2100, LogLevel.Information, "Message {Id} was taken from {Queue} and settled")]
    private static partial void LogSettled(ILogger logger, string id, string queue);

    [LoggerMessage(2101, LogLevel.Warning, "Message {Id} could not be taken from {Queue}; it will be tried again in a few minutes")]
    private static partial void LogNotSettled(ILogger logger, string id, string queue, Exception exception);
}
