using System.Buffers;
using System.Text;

namespace Celerity.Stages.Outputs;

/// <summary>
/// CSV after RFC 4180, with line feeds and without its header, which stands once before all of the output. No value is an empty field; an empty text is two quotes,
/// and so is no value where it is the only one: the line would be blank.
/// </summary>
internal sealed class CsvOutput(IReadOnlyList<OutputColumn> columns) : TextOutput
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    private readonly StringBuilder _line = new();

    public static string Header(IReadOnlyList<string> columns)
    {
        var line = new StringBuilder();
        Append(line, columns);
        return line.ToString();
    }

    protected override void Append(object record)
    {
        _line.Clear();
        Append(_line, columns.Select(column => ColumnText.Of(column.Get(record))));

        // Whole: a builder's parts may part a pair of surrogates.
        Encoding.UTF8.GetBytes(_line.ToString(), Buffer);
    }

    private static void Append(StringBuilder line, IEnumerable<string?> fields)
    {
        var count = 0;
        foreach (var field in fields)
        {
            line.Append(count++ == 0 ? "" : ",");
            if (field is { Length: > 0 } && !NeedsQuotes(field))
            {
                line.Append(field);
            }
            else if (field is not null)
            {
                line.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
        }

        line.Append(count == 1 && line.Length == 0 ? "\"\"\n" : "\n");
    }

    private static bool NeedsQuotes(string field) =>
        field.AsSpan().ContainsAny(Special) || char.IsWhiteSpace(field[0]) || char.IsWhiteSpace(field[^1]);
}
