using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>Evaluates <c>$filter</c>: comparisons of a property with a literal, <c>and</c>, <c>or</c>, <c>not</c>, parentheses.</summary>
internal sealed partial class TableFilter
{
    private readonly List<string> _tokens;
    private int _at;

    private TableFilter(string text)
    {
        _tokens = [.. Token().Matches(text).Select(match => match.Value)];
    }

    /// <exception cref="StorageError">The filter cannot be read.</exception>
    public static Func<JsonObject, bool> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return static _ => true;
        }

        var filter = new TableFilter(text);
        var condition = filter.Or();
        return filter._at == filter._tokens.Count ? condition : throw Invalid();
    }

    private static StorageError Invalid() => new(400, "InvalidInput", "One of the request inputs is not valid: $filter.");

    private Func<JsonObject, bool> Or()
    {
        var left = And();
        while (TryTake("or"))
        {
            var (before, after) = (left, And());
            left = entity => before(entity) || after(entity);
        }

        return left;
    }

    private Func<JsonObject, bool> And()
    {
        var left = Not();
        while (TryTake("and"))
        {
            var (before, after) = (left, Not());
            left = entity => before(entity) && after(entity);
        }

        return left;
    }

    private Func<JsonObject, bool> Not()
    {
        if (TryTake("not"))
        {
            var inner = Not();
            return entity => !inner(entity);
        }

        if (!TryTake("("))
        {
            return Comparison();
        }

        var group = Or();
        return TryTake(")") ? group : throw Invalid();
    }

    private Func<JsonObject, bool> Comparison()
    {
        var property = Next();
        if (_at == _tokens.Count || Peek() is ")" or "and" or "or")
        {
            return entity => entity[property] is JsonValue value && value.TryGetValue<bool>(out var isTrue) && isTrue;
        }

        var operation = Next();
        var literal = Literal(Next());
        Func<int, bool> holds = operation switch
        {
            "eq" => static order => order == 0,
            "ne" => static order => order != 0,
            "gt" => static order => order > 0,
            "ge" => static order => order >= 0,
            "lt" => static order => order < 0,
            "le" => static order => order <= 0,
            _ => throw Invalid(),
        };

        // An entity without the property, or with one of another type, is never found; but it is unequal.
        return entity => Compare(entity, property, literal) is { } order ? holds(order) : operation == "ne" && entity.ContainsKey(property);
    }

    private static int? Compare(JsonObject entity, string property, object literal)
    {
        if (entity[property] is not JsonValue value)
        {
            return null;
        }

        return (value.GetValueKind(), literal) switch
        {
            (JsonValueKind.String, string text) => string.CompareOrdinal(value.GetValue<string>(), text),
            (JsonValueKind.String, DateTimeOffset at) =>
                DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var stored) ? stored.CompareTo(at) : null,
            (JsonValueKind.String, Guid id) => Guid.TryParse(value.GetValue<string>(), out var stored) ? stored.CompareTo(id) : null,
            (JsonValueKind.String, byte[] bytes) => string.CompareOrdinal(value.GetValue<string>(), Convert.ToBase64String(bytes)),
            (JsonValueKind.String, decimal number) =>
                decimal.TryParse(value.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out var stored) ? stored.CompareTo(number) : null,
            (JsonValueKind.Number, decimal number) => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture).CompareTo(number),
            (JsonValueKind.True or JsonValueKind.False, bool isTrue) => value.GetValue<bool>().CompareTo(isTrue),
            _ => null,
        };
    }

    private static object Literal(string token)
    {
        var quote = token.IndexOf('\'', StringComparison.Ordinal);
        var text = quote < 0 ? token : token[(quote + 1)..^1].Replace("''", "'", StringComparison.Ordinal);
        try
        {
            return (quote < 0 ? null : token[..quote], token) switch
            {
                ("", _) => text,
                ("datetime", _) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                ("guid", _) => Guid.Parse(text),
                ("X" or "binary", _) => Convert.FromHexString(text),
                (_, "true" or "false") => token == "true",
                _ => decimal.Parse(token.TrimEnd('L', 'l'), NumberStyles.Float, CultureInfo.InvariantCulture),
            };
        }
        catch (FormatException)
        {
            throw Invalid();
        }
    }

    private bool TryTake(string token)
    {
        if (_at < _tokens.Count && _tokens[_at] == token)
        {
            _at++;
            return true;
        }

        return false;
    }

    private string Peek() => _tokens[_at];

    private string Next() => _at < _tokens.Count ? _tokens[_at++] : throw Invalid();

    [GeneratedRegex(@"[A-Za-z]*'(?:[^']|'')*'|[()]|[^\s()']+")]
    private static partial Regex Token();
}
