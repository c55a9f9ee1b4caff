using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

internal static partial class QueueLog
{
    [LoggerMessage(7300, LogLevel.Information, "Function {Function} listens to queue {Queue}.")]
    public static partial void Listening(ILogger logger, string function, string queue);

    [LoggerMessage(7301, LogLevel.Warning,
        "Queue {Queue} does not exist. Function {Function} waits for it: a trigger does not create its queue, the first send does.")]
    public static partial void QueueMissing(ILogger logger, string queue, string function);

    [LoggerMessage(7302, LogLevel.Error,
        "Queue {Queue} cannot be read at {Address}: {Reason}. Function {Function} gets no messages; its listener keeps trying.")]
    public static partial void StorageDown(ILogger logger, string queue, Uri address, string reason, string function);

    [LoggerMessage(7303, LogLevel.Information, "The storage of queue {Queue} answers again; function {Function} goes on.")]
    public static partial void StorageBack(ILogger logger, string queue, string function);

    [LoggerMessage(7304, LogLevel.Warning,
        "Message {MessageId} of queue {Queue} has failed {DequeueCount} times (maxDequeueCount {MaxDequeueCount}) and moves to {PoisonQueue}.")]
    public static partial void Poisoned(
        ILogger logger, string messageId, string queue, long dequeueCount, int maxDequeueCount, string poisonQueue);

    [LoggerMessage(7305, LogLevel.Warning,
        "Message {MessageId} of queue {Queue} is not base64, which host.json extensions.queues.messageEncoding demands. " +
        "Function {Function} is not run. Set it to \"none\" if senders write plain text.")]
    public static partial void Undecodable(ILogger logger, string messageId, string queue, string function);

    [LoggerMessage(7306, LogLevel.Debug, "Message {MessageId} of queue {Queue} was gone or held elsewhere when it was to be settled.")]
    public static partial void SettledElsewhere(ILogger logger, string messageId, string queue);

    [LoggerMessage(7307, LogLevel.Error,
        "Message {MessageId} of queue {Queue} could not be settled: {Reason}. It comes back when its lease of {Lease} runs out.")]
    public static partial void NotSettled(ILogger logger, string messageId, string queue, string reason, TimeSpan lease);

    [LoggerMessage(7308, LogLevel.Warning, "The lease of message {MessageId} of queue {Queue} is lost while its function runs.")]
    public static partial void LeaseLost(ILogger logger, string messageId, string queue);

    [LoggerMessage(7309, LogLevel.Warning, "The lease of message {MessageId} of queue {Queue} was not renewed: {Reason}. Next attempt in {Delay}.")]
    public static partial void RenewalFailed(ILogger logger, string messageId, string queue, string reason, TimeSpan delay);

    [LoggerMessage(7310, LogLevel.Debug, "Message {MessageId} of queue {Queue} failed at dequeue count {DequeueCount}: {Verdict}.")]
    public static partial void Failed(
        ILogger logger, string messageId, string queue, long dequeueCount, MessageVerdict verdict, Exception failure);

    [LoggerMessage(7311, LogLevel.Information, "{Count} messages of queue {Queue} arrived while stopping and were put back.")]
    public static partial void PutBack(ILogger logger, int count, string queue);

    [LoggerMessage(7312, LogLevel.Debug, "No wake socket at {Path}; sends by other processes are found by polling.")]
    public static partial void NoWakeSocket(ILogger logger, string path, Exception failure);
}
