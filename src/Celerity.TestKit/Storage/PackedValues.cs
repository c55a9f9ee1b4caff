using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Celerity.TestKit.Storage;

/// <summary>A row's values in a third of the memory that a dictionary takes: rows with the same properties share their names. For what has a million rows.</summary>
internal sealed class PackedValues : IReadOnlyDictionary<string, object>
{
    private readonly string[] _names;
    private readonly object[] _values;

    private PackedValues(string[] names, object[] values) => (_names, _values) = (names, values);

    public int Count => _names.Length;

    public IEnumerable<string> Keys => _names;

    public IEnumerable<object> Values => _values;

    public object this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no property '{key}'.");

    public bool ContainsKey(string key) => Array.IndexOf(_names, key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value)
    {
        var index = Array.IndexOf(_names, key);
        value = index < 0 ? null : _values[index];
        return index >= 0;
    }

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _names.Zip(_values, KeyValuePair.Create).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Packs values. Not safe to call from several threads at once.</summary>
    internal sealed class Packing
    {
        private static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 1024).Select(number => (object)number)];

        private readonly HashSet<string[]> _shapes = new(EqualityComparer<string[]>.Create(
            (x, y) => x.AsSpan().SequenceEqual(y),
            names => names.Aggregate(0, HashCode.Combine)));

        public PackedValues Pack(IReadOnlyDictionary<string, object> values)
        {
            string[] names = [.. values.Keys];
            if (!_shapes.TryGetValue(names, out var shared))
            {
                _shapes.Add(shared = names);
            }

            return new PackedValues(shared, [.. values.Values.Select(value => value is int and >= 0 and < 1024 ? SmallNumbers[(int)value] : value)]);
        }
    }
}
