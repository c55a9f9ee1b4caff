using Azure;
using Azure.Storage.Blobs.Models;

namespace Celerity.AzureStorage;

/// <summary>What the blob service's refusals mean.</summary>
internal static class BlobFaults
{
    public static bool IsGone(RequestFailedException exception) =>
        exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.ContainerNotFound;

    public static bool IsGoneOrChanged(RequestFailedException exception) =>
        IsGone(exception) || exception.ErrorCode == BlobErrorCode.ConditionNotMet;
}
