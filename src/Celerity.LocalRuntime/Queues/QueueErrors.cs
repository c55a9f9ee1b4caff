using Azure;
using Azure.Storage.Queues.Models;

namespace Celerity.LocalRuntime.Queues;

/// <summary>What the service's refusals mean.</summary>
internal static class QueueErrors
{
    /// <summary>Tells whether the message is gone, or held by somebody else.</summary>
    public static bool IsLeaseLost(RequestFailedException failure) =>
        failure.Status == 404 || failure.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    /// <summary>Says in one line what went wrong: the service's own message runs over a page.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        RequestFailedException { Status: > 0 } refusal => $"HTTP {refusal.Status} {refusal.ErrorCode}".TrimEnd(),
        _ => failure.GetBaseException().Message,
    };

    public static bool IsQueueMissing(RequestFailedException failure) => failure.ErrorCode == QueueErrorCode.QueueNotFound;
}
