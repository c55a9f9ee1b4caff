using System.Text.Json;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>A column of texts, and of what is told as text: bytes as base64.</summary>
internal sealed class TextColumn(string?[] values) : RowGroupColumn
{
    public override bool IsNull(int row) => values[row] is null;

    public override ReadOnlySpan<char> TextOf(int row) => values[row];

    public override void Write(Utf8JsonWriter json, int row) => json.WriteStringValue(values[row]);
}
