using System.Text.Json;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>A column of truths: <c>true</c> and <c>false</c>.</summary>
internal sealed class BooleanColumn(bool?[] values) : RowGroupColumn
{
    public override bool IsNull(int row) => values[row] is null;

    public override ReadOnlySpan<char> TextOf(int row) => values[row] switch { true => "true", false => "false", _ => "" };

    public override void Write(Utf8JsonWriter json, int row) => json.WriteBooleanValue(values[row]!.Value);
}
