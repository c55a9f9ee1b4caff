using System.Globalization;
using System.Text.Json;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>A column of numbers, dates, times or ids, as text in the invariant culture; dates and times after ISO 8601.</summary>
internal sealed class ValueColumn<T>(T?[] values) : RowGroupColumn
    where T : struct, ISpanFormattable
{
    private static readonly bool IsNumber = typeof(T).GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(System.Numerics.INumberBase<>));

    private static readonly string? Format =
        typeof(T) == typeof(DateTime) ? "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"
        : typeof(T) == typeof(DateOnly) || typeof(T) == typeof(TimeOnly) ? "O"
        : null;

    // Of its own: the texts of two columns may be held at once.
    private char[] _text = new char[40];

    public override bool IsNull(int row) => values[row] is null;

    public override ReadOnlySpan<char> TextOf(int row)
    {
        if (values[row] is not { } value)
        {
            return default;
        }

        int length;
        while (!value.TryFormat(_text, out length, Format, CultureInfo.InvariantCulture))
        {
            _text = new char[2 * _text.Length];
        }

        return _text.AsSpan(0, length);
    }

    public override void Write(Utf8JsonWriter json, int row)
    {
        var text = TextOf(row);

        // What is no finite number has no form in JSON.
        if (IsNumber && text is [.., >= '0' and <= '9'])
        {
            json.WriteRawValue(text);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }
}
