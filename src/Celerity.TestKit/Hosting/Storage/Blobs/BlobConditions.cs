using System.Globalization;

namespace Celerity.TestKit.Hosting.Storage.Blobs;

/// <summary>The conditional headers of a blob request.</summary>
internal static class BlobConditions
{
    /// <summary>Refuses a write whose conditions do not hold.</summary>
    public static void CheckWrite(StorageRequest request, MemoryBlob? found)
    {
        if (request.Header("If-None-Match") == "*" && found is not null)
        {
            throw new StorageError(409, "BlobAlreadyExists", "The specified blob already exists.");
        }

        if (!Holds(request, found))
        {
            throw NotMet(412);
        }
    }

    /// <summary>Refuses a read whose conditions do not hold; one that is unchanged has not been modified.</summary>
    public static void CheckRead(StorageRequest request, MemoryBlob found)
    {
        if (!Holds(request, found))
        {
            throw NotMet(request.Header("If-None-Match") is not null || request.Header("If-Modified-Since") is not null ? 304 : 412);
        }
    }

    private static bool Holds(StorageRequest request, MemoryBlob? found) =>
        (request.Header("If-Match") is not { } match || (found is not null && (match == "*" || match == found.ETag)))
        && (request.Header("If-None-Match") is not { } none || found is null || (none != "*" && none != found.ETag))
        && (Date(request, "If-Modified-Since") is not { } since || found is null || Seconds(found.ModifiedAt) > since)
        && (Date(request, "If-Unmodified-Since") is not { } until || found is null || Seconds(found.ModifiedAt) <= until);

    private static DateTimeOffset? Date(StorageRequest request, string header) =>
        request.Header(header) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    private static DateTimeOffset Seconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private static StorageError NotMet(int status) =>
        new(status, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
}
