namespace Celerity.Cli.Metering;

/// <summary>How many storage requests there were, by kind; a copy that no longer changes.</summary>
/// <param name="ByKind">The kinds seen, ordered by name.</param>
internal sealed record StorageRequests(IReadOnlyDictionary<string, long> ByKind)
{
    public long Total => ByKind.Values.Sum();

    /// <summary>What came in between <paramref name="earlier"/> and this.</summary>
    public StorageRequests Since(StorageRequests earlier) => Of(
        ByKind.Select(kind => KeyValuePair.Create(kind.Key, kind.Value - earlier.ByKind.GetValueOrDefault(kind.Key))));

    internal static StorageRequests Of(IEnumerable<KeyValuePair<string, long>> counts) => new(new SortedDictionary<string, long>(
        counts.Where(kind => kind.Value != 0).ToDictionary(), StringComparer.Ordinal));
}
