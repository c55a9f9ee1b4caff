namespace Celerity.Tests.Tasks.Model;

/// <summary>What the actors of a model touch. It is learnt: a space is explored by what is known, and again where more was seen on the way, until there is no more.</summary>
internal sealed class Footprints
{
    private readonly Dictionary<string, HashSet<Touch>> _seen = new(StringComparer.Ordinal);
    private Dictionary<string, HashSet<Touch>> _known = new(StringComparer.Ordinal);

    public void Note(string actor, IEnumerable<Touch> touches)
    {
        if (!_seen.TryGetValue(actor, out var seen))
        {
            _seen[actor] = seen = [];
        }

        seen.UnionWith(touches);
    }

    /// <summary>Gets all that is known of an actor.</summary>
    public IReadOnlyCollection<Touch> Of(string actor) => _known.TryGetValue(actor, out var known) ? known : [];

    /// <summary>Goes by what was seen.</summary>
    /// <returns>Whether that is more than was known.</returns>
    public bool TryLearn()
    {
        var hasMore = _seen.Any(actor => actor.Value.Count > Of(actor.Key).Count);
        _known = _seen.ToDictionary(actor => actor.Key, actor => actor.Value.ToHashSet(), StringComparer.Ordinal);
        return hasMore;
    }
}
