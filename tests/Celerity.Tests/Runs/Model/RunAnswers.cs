namespace Celerity.Tests.Runs.Model;

/// <summary>What those were answered who asked something of a run, and what that forbids.</summary>
internal sealed class RunAnswers
{
    private readonly SortedDictionary<string, int> _answered = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _stopped = [];
    private readonly SortedSet<int> _suspended = [];

    public bool HasSuspended => _suspended.Count > 0;

    public bool Has(string operation) => _answered.ContainsKey(operation);

    /// <summary>Gets the generation that an operation was answered with; <see langword="null"/> where it was refused, or not answered.</summary>
    public int? Of(RunOperation operation) => _answered.TryGetValue(operation.Name, out var generation) ? generation : null;

    /// <summary>Tells whether somebody was answered that a generation does nothing more, or nothing now.</summary>
    public bool IsForbidden(int generation) => _stopped.Contains(generation) || _suspended.Contains(generation);

    /// <summary>Lets what is suspended go on.</summary>
    public void Release() => _suspended.Clear();

    public void Take(RunOperation operation, int generation)
    {
        _answered[operation.Name] = generation;
        if (operation.Kind == RunOperationKind.Cancel)
        {
            _stopped.Add(generation);
        }
        else if (operation.Kind == RunOperationKind.Suspend)
        {
            _suspended.Add(generation);
        }
    }

    public override string ToString() => $"{string.Join('.', _answered)},{string.Join('.', _stopped)},{string.Join('.', _suspended)}";
}
