using System.Collections;

namespace Celerity.Tasks;

/// <summary>What every line that is logged during an attempt carries.</summary>
internal sealed class TaskLogScope(string id, string name, int attempt, string? correlationId, string? run) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => run is null ? 4 : 5;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("TaskId", id),
        1 => new("TaskName", name),
        2 => new("Attempt", attempt),
        3 => new("CorrelationId", correlationId),
        4 when run is not null => new("RunId", run),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(at => this[at]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{name} {id}, attempt {attempt}";
}
