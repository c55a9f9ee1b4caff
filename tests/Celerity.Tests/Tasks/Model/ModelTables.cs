using System.Globalization;
using System.Text;
using Celerity.Handover;
using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>The tables of a model world: synchronous, small, and watching that no end is ever changed.</summary>
internal sealed class ModelTables
{
    private readonly SortedDictionary<string, Stored> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);

    public string? Violation { get; private set; }

    public string? Insert(string table, TableRow row) => _rows.ContainsKey(Key(table, row)) ? null : Store(table, row);

    public string? Replace(string table, TableRow row, string etag)
    {
        if (!_rows.TryGetValue(Key(table, row), out var stored) || stored.Row.ETag != etag)
        {
            return null;
        }

        if (stored.Row.Values.ContainsKey("endedAt"))
        {
            Violation ??= $"the end of {row.RowKey} was written over";
        }

        return Store(table, row);
    }

    public IReadOnlyList<string>? WriteAll(string table, IReadOnlyList<TableRow> rows) =>
        rows.All(row => (_rows.TryGetValue(Key(table, row), out var stored) ? stored.Row.ETag : "") == row.ETag)
            ? rows.Select(row => (row.ETag.Length == 0 ? Insert(table, row) : Replace(table, row, row.ETag))!).ToArray()
            : null;

    public bool InsertAll(string table, IReadOnlyList<TableRow> rows) => WriteAll(table, rows) is not null;

    public bool Delete(string table, string partitionKey, string rowKey, string etag) =>
        _rows.TryGetValue($"{table} {partitionKey} {rowKey}", out var stored) && stored.Row.ETag == etag
        && _rows.Remove($"{table} {partitionKey} {rowKey}");

    public IReadOnlyList<TableRow> Query(string table, TableQuery query) => All(table)
        .Where(row => query.PartitionKey is { } partition
            ? row.PartitionKey == partition && IsBetween(row.RowKey, query.RowKeyFrom, query.RowKeyBefore)
            : IsBetween(row.PartitionKey, query.PartitionKeyFrom, query.PartitionKeyBefore))
        .OrderBy(row => row.PartitionKey, StringComparer.Ordinal).ThenBy(row => row.RowKey, StringComparer.Ordinal)
        .Take(query.Limit ?? int.MaxValue)
        .ToList();

    public TableRow? Find(string table, string partitionKey, string rowKey) =>
        _rows.TryGetValue($"{table} {partitionKey} {rowKey}", out var stored) ? stored.Row : null;

    public IEnumerable<TableRow> All(string table) =>
        _rows.Where(row => row.Key.StartsWith(table + " ", StringComparison.Ordinal)).Select(row => row.Value.Row);

    /// <summary>Gets every row with its table, for the start of another world.</summary>
    public IReadOnlyList<(string Table, TableRow Row)> Everything() =>
        _rows.Select(row => (row.Key[..row.Key.IndexOf(' ', StringComparison.Ordinal)], row.Value.Row)).ToList();

    /// <summary>Tells every row with a text in its key.</summary>
    public IEnumerable<string> Tell(string part) => _rows.Where(row => row.Key.Contains(part, StringComparison.Ordinal)).Select(row => row.Value.Text);

    public IReadOnlyList<(string Id, ControlRow Row)> Controls() => All(StorageNames.TasksTable)
        .Where(row => row.RowKey.EndsWith(":control", StringComparison.Ordinal))
        .Select(row => (row.RowKey[..^":control".Length], ControlRow.From(row)))
        .ToList();

    public void Describe(StringBuilder text)
    {
        foreach (var (_, row) in _rows)
        {
            text.Append(row.Text).Append('\n');
        }
    }

    private string Store(string table, TableRow row)
    {
        var key = Key(table, row);
        var version = _versions[key] = _versions.GetValueOrDefault(key) + 1;
        var etag = string.Create(CultureInfo.InvariantCulture, $"v{version}");
        _rows[key] = new Stored(key, row with { ETag = etag });
        return etag;
    }

    private static bool IsBetween(string key, string? from, string? before) =>
        string.CompareOrdinal(key, from ?? "") >= 0 && (before is null || string.CompareOrdinal(key, before) < 0);

    private static string Key(string table, TableRow row) => $"{table} {row.PartitionKey} {row.RowKey}";

    // The text is made where somebody looks, once.
    private sealed class Stored(string key, TableRow row)
    {
        private string? _text;

        public TableRow Row => row;

        public string Text => _text ??= $"{key} {row.ETag} {string.Join(' ', row.Values.Select(Tell))}";

        private static string Tell(KeyValuePair<string, object> value) => string.Create(
            CultureInfo.InvariantCulture, $"{value.Key}={(value.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value.Value)}");
    }
}
