using System.Text.Json;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>One column of a row group.</summary>
internal abstract class RowGroupColumn
{
    public abstract bool IsNull(int row);

    /// <summary>A value as text; empty where there is none. Valid until the next call.</summary>
    public abstract ReadOnlySpan<char> TextOf(int row);

    /// <summary>Writes a value that is there.</summary>
    public abstract void Write(Utf8JsonWriter json, int row);
}
