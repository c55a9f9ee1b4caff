using Azure;
using Azure.Storage.Queues.Models;

namespace Celerity.LocalRuntime.Queues;

/// <summary>What the service's refusals mean.</summary>
internal static class QueueErrors
{
    /// <summary>Tells whether the message is gone, or held by somebody else.</summary>
    public static bool IsLeaseLost(RequestFailedException failure) =>
        failure.Status == 404 || failure.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    public static bool IsQueueMissing(RequestFailedException failure) => failure.ErrorCode == QueueErrorCode.QueueNotFound;
}
