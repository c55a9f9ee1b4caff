using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

internal static partial class QueueLog
{
    [LoggerMessage(9300, LogLevel.Information, "Function {Function} listens to queue {Queue}.")]
    public static partial void Listening(ILogger logger, string function, string queue);

    [LoggerMessage(9301, LogLevel.Warning,
        "Queue {Queue} does not exist. Function {Function} waits for it: a trigger does not create its queue, the first send does.")]
    public static partial void QueueMissing(ILogger logger, string queue, string function);

    [LoggerMessage(9302, LogLevel.Error,
        "Queue {Queue} cannot be read at {Address}: {Reason}. Function {Function} gets no messages; its listener keeps trying.")]
    public static partial void StorageDown(ILogger logger, string queue, Uri address, string reason, string function);

    [LoggerMessage(9303, LogLevel.Information, "The storage of queue {Queue} answers again; function {Function} goes on.")]
    public static partial void StorageBack(ILogger logger, string queue, string function);

    [LoggerMessage(9304, LogLevel.Warning,
        "Message {MessageId} of queue {Queue} has failed {DequeueCount} times (maxDequeueCount {MaxDequeueCount}) and moves to {PoisonQueue}.")]
    public static partial void Poisoned(
        ILogger logger, string messageId, string queue, long dequeueCount, int maxDequeueCount, string poisonQueue);

    [LoggerMessage(9305, LogLevel.Warning,
        "Message {MessageId} of queue {Queue} is not base64, which host.json extensions.queues.messageEncoding demands. " +
        "Function {Function} is not run. Set it to \"none\" if senders write plain text.")]
    public static partial void Undecodable(ILogger logger, string messageId, string queue, string function);

    [LoggerMessage(9306, LogLevel.Debug, "Message {MessageId} of queue {Queue} was gone or held elsewhere when it was to be settled.")]
    public static partial void SettledElsewhere(ILogger logger, string messageId, string queue);

    [LoggerMessage(9307, LogLevel.Error,
        "Message {MessageId} of queue {Queue} could not be settled: {Reason}. It comes back when its lease of {Lease} runs out.")]
    public static partial void NotSettled(ILogger logger, string messageId, string queue, string reason, TimeSpan lease);

    [LoggerMessage(9308, LogLevel.Warning, "The lease of message {MessageId} of queue {Queue} is lost while its function runs.")]
    public static partial void LeaseLost(ILogger logger, string messageId, string queue);

    [LoggerMessage(9309, LogLevel.Warning, "The lease of message {MessageId} of queue {Queue} was not renewed: {Reason}. Next attempt in {Delay}.")]
    public static partial void RenewalFailed(ILogger logger, string messageId, string queue, string reason, TimeSpan delay);

    [LoggerMessage(9310, LogLevel.Debug, "Message {MessageId} of queue {Queue} failed at dequeue count {DequeueCount}: {Verdict}.")]
    public static partial void Failed(
        ILogger logger, string messageId, string queue, long dequeueCount, MessageVerdict verdict, Exception failure);

    [LoggerMessage(9311, LogLevel.Information, "{Count} messages of queue {Queue} arrived while stopping and were put back.")]
    public static partial void PutBack(ILogger logger, int count, string queue);

    [LoggerMessage(9313, LogLevel.Debug, "Function {Function} may now have {After} messages in flight; before, {Before}.")]
    public static partial void ConcurrencyChanged(ILogger logger, string function, int before, int after);

    [LoggerMessage(9314, LogLevel.Warning, "The numbers of messages in flight that were found are not kept over a restart.")]
    public static partial void ConcurrencyNotKept(ILogger logger, Exception failure);

    [LoggerMessage(9312, LogLevel.Debug, "No wake socket at {Path}; sends by other processes are found by polling.")]
    public static partial void NoWakeSocket(ILogger logger, string path, Exception failure);
}
