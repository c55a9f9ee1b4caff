using System.Globalization;

namespace Celerity;

/// <summary>Reads a chunk's records one by one. Not for concurrent use; a span it returns is valid until the next <see cref="Read"/>.</summary>
public abstract class RecordReader
{
    /// <summary>Gets the number of the current record in the dataset, 1 on the first, where the plan knows it (cut by records); else its number in the chunk.</summary>
    public abstract long RecordNumber { get; }

    /// <summary>Moves to the next record that is well formed; malformed ones are rejected on the way.</summary>
    /// <returns><see langword="false"/> after the last.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled or the app stops.</exception>
    public abstract bool Read();

    /// <summary>Finds a column by its header, without regard to case.</summary>
    /// <exception cref="CelerityException">CEL0305: there is no such column.</exception>
    public abstract int GetOrdinal(string column);

    /// <summary>
    /// Gets a CSV field's text, unquoted; a Parquet value as text, empty where there is none, dates and times after ISO 8601, bytes as base64;
    /// for NDJSON the raw JSON line, whatever <paramref name="ordinal"/>.
    /// </summary>
    public abstract ReadOnlySpan<char> GetText(int ordinal);

    /// <summary>Gets whether a field holds nothing: no value (Parquet), or an empty text.</summary>
    public virtual bool IsNull(int ordinal) => GetText(ordinal).IsEmpty;

    /// <summary>Reads the current record as <typeparamref name="T"/>: NDJSON, or the columns of Parquet by their names, without regard to case.</summary>
    /// <returns><see langword="false"/> where it does not fit the type; <see cref="Reject"/> it then.</returns>
    public abstract bool TryGet<T>(out T value);

    /// <summary>Sets the current record aside with a reason; it counts as rejected.</summary>
    /// <param name="reason">What is wrong with it, in a few words.</param>
    public abstract void Reject(string reason);

    /// <summary>Reads a field as a whole number.</summary>
    public bool TryGetInt32(int ordinal, out int value) =>
        int.TryParse(GetText(ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a field as a number.</summary>
    public bool TryGetDouble(int ordinal, out double value) =>
        double.TryParse(GetText(ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
