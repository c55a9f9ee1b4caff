namespace Celerity.Alerts;

/// <summary>What was measured, by what rules look at.</summary>
internal sealed class AlertReadings
{
    private readonly Dictionary<AlertKind, IReadOnlyDictionary<string, double>> _kinds = [];

    public void Add(AlertKind kind, IEnumerable<KeyValuePair<string, double>> values)
    {
        var subjects = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            var subject = Alert.SubjectOf(name);
            subjects[subject] = Math.Max(value, subjects.GetValueOrDefault(subject));
        }

        _kinds[kind] = subjects;
    }

    /// <summary>Gets the values of a kind by subject; <see langword="null"/> where it was not measured.</summary>
    public IReadOnlyDictionary<string, double>? Find(AlertKind kind) => _kinds.GetValueOrDefault(kind);
}
