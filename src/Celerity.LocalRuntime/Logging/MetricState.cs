using System.Collections;
using System.Globalization;

namespace Celerity.LocalRuntime.Logging;

/// <summary>A metric as the structured state of a log event.</summary>
internal sealed class MetricState(string name, double value, IDictionary<string, object>? properties) : IReadOnlyList<KeyValuePair<string, object>>
{
    private readonly List<KeyValuePair<string, object>> _values =
        [new("Name", name), new("Value", value), .. properties ?? new Dictionary<string, object>()];

    public int Count => _values.Count;

    public KeyValuePair<string, object> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Metric {name} = {value}");
}
