using Celerity.Circuits;

namespace Celerity.Controls;

/// <summary>The board as it was read at one instant.</summary>
internal sealed class ControlSnapshot(DateTimeOffset readAt, IReadOnlyList<ControlEntry> entries)
{
    private readonly Dictionary<(ControlKind, string), ControlEntry> _entries = entries.ToDictionary(entry => (entry.Kind, entry.Target));
    private readonly Dictionary<(ControlKind, string), PauseNote> _pauses = entries
        .Where(entry => entry.Kind is ControlKind.PauseQueue or ControlKind.PauseTask or ControlKind.SuspendRun)
        .Select(entry => (entry, Note: entry.Read<PauseNote>()))
        .Where(pair => pair.Note.IsPaused)
        .ToDictionary(pair => (pair.entry.Kind, pair.entry.Target), pair => pair.Note);

    private readonly Dictionary<string, CircuitNote> _circuits = entries
        .Where(entry => entry.Kind == ControlKind.Circuit)
        .ToDictionary(entry => entry.Target, entry => entry.Read<CircuitNote>());

    private Dictionary<string, PauseNote> Suspensions => field ??= _pauses
        .Where(pause => pause.Key.Item1 == ControlKind.SuspendRun)
        .GroupBy(pause => ControlEntry.RunOf(pause.Key.Item2), pause => pause.Value)
        .ToDictionary(ofRun => ofRun.Key, ofRun => ofRun.First());

    /// <summary>Gets when it was read.</summary>
    public DateTimeOffset ReadAt => readAt;

    public IReadOnlyCollection<ControlEntry> Entries => _entries.Values;

    public IEnumerable<(ControlKind Kind, string Target, PauseNote Note)> Pauses => _pauses.Select(pause => (pause.Key.Item1, pause.Key.Item2, pause.Value));

    /// <summary>Gets whether nothing is paused.</summary>
    public bool HasNoPause => _pauses.Count == 0;

    /// <summary>Gets what is noted of circuits, by their names in lower case.</summary>
    public IReadOnlyDictionary<string, CircuitNote> Circuits => _circuits;

    public ControlEntry? Find(ControlKind kind, string target) => _entries.GetValueOrDefault((kind, target));

    public PauseNote? FindPause(ControlKind kind, string target) => _pauses.GetValueOrDefault((kind, target));

    /// <summary>What suspends a generation of a run; <see langword="null"/> where nothing does.</summary>
    public PauseNote? FindSuspension(string run, int generation) => FindPause(ControlKind.SuspendRun, ControlEntry.GenerationOf(run, generation));

    /// <summary>What suspends any generation of a run; <see langword="null"/> where nothing does.</summary>
    public PauseNote? FindSuspension(string run) => Suspensions.GetValueOrDefault(run);

    /// <summary>What is noted of a circuit.</summary>
    public CircuitNote CircuitOf(string name) => _circuits.GetValueOrDefault(ControlEntry.TargetOf(name), CircuitNote.Never);
}
