using System.Globalization;
using System.Text.Json;
using Celerity.Stages.Sources.RowGroups;

namespace Celerity.Stages.Sources.KeyRanges;

/// <summary>A column of values of any type, as text in the invariant culture; dates and times after ISO 8601, bytes as base64.</summary>
internal sealed class ObjectColumn(List<IReadOnlyList<object?>> rows, int column) : RowGroupColumn
{
    public override bool IsNull(int row) => rows[row][column] is null or DBNull;

    public override ReadOnlySpan<char> TextOf(int row) => rows[row][column] switch
    {
        null or DBNull => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        byte[] bytes => Convert.ToBase64String(bytes),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        DateTimeOffset or DateOnly or TimeOnly => ((IFormattable)rows[row][column]!).ToString("O", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString(),
    };

    public override void Write(Utf8JsonWriter json, int row) => JsonSerializer.Serialize(json, rows[row][column]);
}
