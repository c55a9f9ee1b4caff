namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What was cleaned.</summary>
public record struct CleanEntityStorageResult
{
    /// <summary>Gets where to go on, or <see langword="null"/> when all is clean.</summary>
    public string? ContinuationToken { get; init; }

    public int EmptyEntitiesRemoved { get; init; }

    public int OrphanedLocksReleased { get; init; }
}
