namespace Celerity.Cli.Metering;

/// <summary>How many storage requests there were; a copy that no longer changes.</summary>
/// <param name="ByTarget">By kind and by the queue, table or container they went to; it is empty where they went to none, as a batch does.</param>
internal sealed record StorageRequests(IReadOnlyDictionary<(string Kind, string Target), long> ByTarget)
{
    /// <summary>Gets the kinds seen, ordered by name.</summary>
    public IReadOnlyDictionary<string, long> ByKind { get; } = new SortedDictionary<string, long>(
        ByTarget.GroupBy(request => request.Key.Kind, request => request.Value).ToDictionary(kind => kind.Key, kind => kind.Sum()), StringComparer.Ordinal);

    public long Total => ByTarget.Values.Sum();

    /// <summary>What came in between <paramref name="earlier"/> and this.</summary>
    public StorageRequests Since(StorageRequests earlier) => Of(
        ByTarget.Select(request => KeyValuePair.Create(request.Key, request.Value - earlier.ByTarget.GetValueOrDefault(request.Key))));

    internal static StorageRequests Of(IEnumerable<KeyValuePair<(string Kind, string Target), long>> counts) =>
        new(counts.Where(request => request.Value != 0).ToDictionary());
}
