namespace Celerity.Storage;

/// <summary>One table row.</summary>
/// <param name="PartitionKey">1 to 512 characters, none of <c>/ \ # ?</c> or control characters.</param>
/// <param name="RowKey">As <paramref name="PartitionKey"/>.</param>
/// <param name="Values">Values by property name: <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>,
/// <see cref="double"/>, <see cref="DateTimeOffset"/> or <c>byte[]</c> (64 KiB at most each, 1 MiB a row). Absent means null.</param>
internal sealed record TableRow(string PartitionKey, string RowKey, IReadOnlyDictionary<string, object> Values)
{
    /// <summary>Gets the version the store gave this row; empty on a row that was made here.</summary>
    public string ETag { get; init; } = "";

    public string? FindString(string name) => Values.TryGetValue(name, out var value) ? (string)value : null;

    public byte[]? FindBytes(string name) => Values.TryGetValue(name, out var value) ? (byte[])value : null;

    public long GetInt64(string name) => Values.TryGetValue(name, out var value) ? Convert.ToInt64(value) : 0;

    public int GetInt32(string name) => checked((int)GetInt64(name));

    public bool GetBoolean(string name) => Values.TryGetValue(name, out var value) && (bool)value;

    public DateTimeOffset? FindTime(string name) => Values.TryGetValue(name, out var value) ? (DateTimeOffset)value : null;
}
