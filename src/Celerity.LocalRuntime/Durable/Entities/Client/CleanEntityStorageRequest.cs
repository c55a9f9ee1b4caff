namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What to clean.</summary>
public record struct CleanEntityStorageRequest
{
    /// <summary>Gets a request to clean everything.</summary>
    public static CleanEntityStorageRequest Default => new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true };

    /// <summary>Gets a value indicating whether entities without state, lock and messages are removed.</summary>
    public bool RemoveEmptyEntities { get; init; }

    /// <summary>Gets a value indicating whether locks of orchestrations that no longer run are released.</summary>
    public bool ReleaseOrphanedLocks { get; init; }

    public string? ContinuationToken { get; init; }
}
