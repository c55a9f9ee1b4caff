using System.Collections;

namespace Celerity.Stages.Slices;

/// <summary>What every line that is logged while a stage runs over a chunk carries.</summary>
internal sealed class ChunkLogScope(SliceMessage message, int chunk) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("RunId", message.Run),
        1 => new("Stage", message.Name),
        2 => new("ChunkId", message.Key().ChunkId(chunk)),
        3 => new("Attempt", message.Attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(at => this[at]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{message.Name} {message.Key().ChunkId(chunk)}, attempt {message.Attempt}";
}
