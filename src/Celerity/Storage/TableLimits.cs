namespace Celerity.Storage;

/// <summary>What the table service accepts, checked before a request is spent on it.</summary>
/// <remarks>Limits as documented by the service ("Understanding the Table service data model", "Performing entity group transactions").</remarks>
internal static class TableLimits
{
    public const int BatchRows = 100;
    public const int BatchBytes = 4 * 1024 * 1024;
    public const int RowBytes = 1024 * 1024;
    public const int ValueBytes = 64 * 1024;
    public const int RowProperties = 252;
    public const int KeyChars = 512;
    public const int NameChars = 255;

    // What one row costs in a transaction beside its properties: the part's boundary, its request line and headers.
    private const int BatchPartBytes = 600;

    private static readonly DateTimeOffset EarliestTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly HashSet<string> ReservedNames = new(StringComparer.OrdinalIgnoreCase) { "PartitionKey", "RowKey", "Timestamp" };

    /// <summary>Throws where the service would refuse <paramref name="row"/>.</summary>
    public static void CheckRow(TableRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        CheckKeys(row.PartitionKey, row.RowKey);
        if (row.Values.Count > RowProperties)
        {
            throw new ArgumentException($"The row {Name(row)} has {row.Values.Count} properties; the limit is {RowProperties}.", nameof(row));
        }

        foreach (var (name, value) in row.Values)
        {
            CheckProperty(row, name, value);
        }

        var bytes = StoredBytes(row);
        if (bytes > RowBytes)
        {
            throw new ArgumentException($"The row {Name(row)} has {bytes} bytes; the limit is {RowBytes}. Keep the content in a blob.", nameof(row));
        }
    }

    /// <summary>Throws where <paramref name="rows"/> cannot be one entity-group transaction.</summary>
    public static void CheckBatch(IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count is 0 or > BatchRows)
        {
            throw new ArgumentException($"A transaction takes 1 to {BatchRows} rows; these are {rows.Count}.", nameof(rows));
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            CheckRow(row);
            if (row.ETag.Length > 0)
            {
                CheckETag(row.ETag);
            }

            if (row.PartitionKey != rows[0].PartitionKey)
            {
                throw new ArgumentException(
                    $"A transaction takes rows of one partition; these are of '{rows[0].PartitionKey}' and '{row.PartitionKey}'.", nameof(rows));
            }

            if (!keys.Add(row.RowKey))
            {
                throw new ArgumentException($"A transaction takes each row once; {Name(row)} is there twice.", nameof(rows));
            }
        }

        // The exact count reads every character: it is made only where six bytes for each could reach the limit.
        if (rows.Sum(MostSentBytes) > BatchBytes && rows.Sum(SentBytes) is > BatchBytes and var sent)
        {
            throw new ArgumentException($"The {rows.Count} rows of this transaction take about {sent} bytes; the limit is {BatchBytes}.", nameof(rows));
        }
    }

    /// <summary>Throws where the versions <paramref name="rows"/> cannot be deleted in one entity-group transaction. Their values do not travel.</summary>
    public static void CheckDeletes(IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        CheckBatch([.. rows.Select(row => row with { Values = new Dictionary<string, object>() })]);
        foreach (var row in rows)
        {
            CheckETag(row.ETag);
        }
    }

    /// <summary>Counts what a row takes in a transaction at most, without reading its characters.</summary>
    public static long MostSentBytes(TableRow row) => BatchPartBytes + 3L * StoredBytes(row);

    /// <summary>Throws where these cannot be the keys of a row.</summary>
    public static void CheckKeys(string partitionKey, string rowKey)
    {
        CheckKey(partitionKey, nameof(partitionKey));
        CheckKey(rowKey, nameof(rowKey));
    }

    /// <summary>Throws where <paramref name="etag"/> names no one version: an unconditional write is a lost update.</summary>
    public static void CheckETag(string etag)
    {
        if (string.IsNullOrEmpty(etag) || etag == "*")
        {
            throw new ArgumentException($"'{etag}' is no version of a row. Pass the ETag that a read or a write returned.", nameof(etag));
        }
    }

    private static void CheckKey(string key, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(key, name);
        if (key.Length > KeyChars)
        {
            throw new ArgumentException($"The {name} '{key[..40]}...' has {key.Length} characters; the limit is {KeyChars}.", name);
        }

        foreach (var character in key)
        {
            if (character is '/' or '\\' or '#' or '?' || char.IsControl(character))
            {
                throw new ArgumentException($"The {name} '{key}' has the character U+{(int)character:X4}, which table keys may not have.", name);
            }
        }
    }

    private static void CheckProperty(TableRow row, string name, object value)
    {
        if (!IsPropertyName(name) || ReservedNames.Contains(name))
        {
            throw new ArgumentException($"The row {Name(row)} has a property named '{name}', which the table service does not take.", nameof(row));
        }

        if (value is not (string or bool or int or long or double or DateTimeOffset or byte[]))
        {
            throw new ArgumentException(
                $"The property '{name}' of the row {Name(row)} is a {value?.GetType().Name ?? "null"}, which a row cannot hold.", nameof(row));
        }

        var bytes = value switch { string text => text.Length * 2L, byte[] content => content.Length, _ => 0 };
        if (bytes > ValueBytes)
        {
            throw new ArgumentException(
                $"The property '{name}' of the row {Name(row)} has {bytes} bytes; the limit is {ValueBytes} (32,768 characters). " +
                "Keep the content in a blob.",
                nameof(row));
        }

        if (value is double number && !double.IsFinite(number))
        {
            throw new ArgumentException($"The property '{name}' of the row {Name(row)} is {number}, which a row cannot hold.", nameof(row));
        }

        if (value is DateTimeOffset time && time < EarliestTime)
        {
            throw new ArgumentException($"The property '{name}' of the row {Name(row)} is {time:O}; the table service starts at 1601.", nameof(row));
        }
    }

    private static bool IsPropertyName(string name) =>
        name.Length is > 0 and <= NameChars && !char.IsDigit(name[0]) && name.All(character => character == '_' || char.IsLetterOrDigit(character));

    /// <summary>Counts a row as the service counts it.</summary>
    private static long StoredBytes(TableRow row) =>
        4 + 2L * (row.PartitionKey.Length + row.RowKey.Length) + row.Values.Sum(property => 8 + 2L * property.Key.Length + property.Value switch
        {
            string text => 4 + 2L * text.Length,
            byte[] content => 4 + content.Length,
            bool => 1,
            int => 4,
            _ => 8,
        });

    /// <summary>Counts a row as it travels: JSON, binary values as base64, each value with its type.</summary>
    private static long SentBytes(TableRow row) =>
        BatchPartBytes + 2L * (Escaped(row.PartitionKey) + Escaped(row.RowKey)) + row.Values.Sum(property => 40 + 2L * Escaped(property.Key) +
            property.Value switch { string text => Escaped(text), byte[] content => (content.Length + 2) / 3 * 4L, _ => 30 });

    // The client escapes as JSON for HTML does: six bytes for all but plain ASCII.
    private static long Escaped(string text)
    {
        var bytes = 0L;
        foreach (var character in text)
        {
            bytes += char.IsAsciiLetterOrDigit(character) || " !#$%()*,-./:;=?@[]^_{|}~".Contains(character) ? 1 : 6;
        }

        return bytes;
    }

    private static string Name(TableRow row) => $"'{row.PartitionKey}' '{row.RowKey}'";
}
