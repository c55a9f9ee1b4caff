namespace Celerity.Storage;

/// <summary>Which rows to read.</summary>
/// <param name="PartitionKey">The partition, or <see langword="null"/> for all of the table (a scan: maintenance only).</param>
internal sealed record TableQuery(string? PartitionKey)
{
    /// <summary>Gets the lowest partition to return, where <see cref="PartitionKey"/> is <see langword="null"/>; <see langword="null"/> for no bound.</summary>
    public string? PartitionKeyFrom { get; init; }

    /// <summary>Gets the partition before which to stop (exclusive), where <see cref="PartitionKey"/> is <see langword="null"/>; <see langword="null"/> for no bound.</summary>
    public string? PartitionKeyBefore { get; init; }

    /// <summary>Gets the lowest row key to return, or <see langword="null"/> for no bound.</summary>
    public string? RowKeyFrom { get; init; }

    /// <summary>Gets the row key before which to stop (exclusive), or <see langword="null"/> for no bound.</summary>
    public string? RowKeyBefore { get; init; }

    /// <summary>Gets the properties to return beside the keys, or <see langword="null"/> for all of them.</summary>
    public IReadOnlyList<string>? Select { get; init; }

    /// <summary>Gets how many rows to return at most, or <see langword="null"/> for all.</summary>
    public int? Limit { get; init; }
}
