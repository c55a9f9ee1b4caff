namespace Celerity.Tests.Tasks.Model;

/// <summary>Something that a step of a model reads or writes. Steps whose touches do not conflict come to the same in either order.</summary>
/// <param name="Key">Its name, or what the names of all that it reads begin with.</param>
/// <param name="Writes">Whether it writes it.</param>
/// <param name="IsPrefix">Whether it is all whose name begins so.</param>
internal readonly record struct Touch(string Key, bool Writes, bool IsPrefix = false)
{
    /// <summary>A row. Random ids count as one, for each exploration has others.</summary>
    public static Touch OfRow(string table, string partition, string row, bool writes) => new($"{table} {IdNumbering.Apply(partition)} {IdNumbering.Apply(row)}", writes);

    /// <summary>A partition, or a whole table, that is read.</summary>
    public static Touch OfRows(string table, string? partition) => new(partition is null ? $"{table} " : $"{table} {IdNumbering.Apply(partition)} ", Writes: false, IsPrefix: true);

    public bool ConflictsWith(Touch other) => (Writes || other.Writes)
        && (IsPrefix || other.IsPrefix
            ? (IsPrefix && other.Key.StartsWith(Key, StringComparison.Ordinal)) || (other.IsPrefix && Key.StartsWith(other.Key, StringComparison.Ordinal))
            : Key == other.Key);
}
