namespace Celerity.Stages.Sources.KeyRanges;

/// <summary>The app's own sources by name.</summary>
internal sealed class ChunkSources
{
    private readonly Dictionary<string, IChunkSource> _sources = new(StringComparer.Ordinal);

    public ChunkSources(IEnumerable<ChunkSourceEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (!_sources.TryAdd(entry.Name, entry.Source))
            {
                throw new CelerityException(ErrorCodes.UnknownChunkSource, $"Two chunk sources are named '{entry.Name}'. Rename one.");
            }
        }
    }

    /// <exception cref="CelerityException">CEL0329: the app has no such source.</exception>
    public IChunkSource Get(string name) => _sources.GetValueOrDefault(name) ?? throw new CelerityException(
        ErrorCodes.UnknownChunkSource,
        $"There is no chunk source of that name. Register it with AddChunkSource<T>(name); registered are: {string.Join(", ", _sources.Keys.Order().DefaultIfEmpty("none"))}.");
}
