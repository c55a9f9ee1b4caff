using System.Globalization;
using System.Text.Json;

namespace Celerity.Functions.Workflows;

/// <summary>What references lead to: the input, the results of steps, and within a map the item.</summary>
internal sealed class WorkflowScope
{
    private static readonly JsonElement Nothing = JsonElement.Parse("null");

    private readonly JsonElement _input;
    private readonly Dictionary<string, JsonElement> _results;

    public WorkflowScope(JsonElement? input) => (_input, _results) = (input ?? Nothing, new Dictionary<string, JsonElement>(StringComparer.Ordinal));

    private WorkflowScope(WorkflowScope outer) => (_input, _results) = (outer._input, outer._results);

    /// <summary>Gets what the last step came to.</summary>
    public JsonElement Last { get; private set; } = Nothing;

    private JsonElement? Item { get; init; }

    private int Index { get; init; }

    public WorkflowScope WithItem(JsonElement item, int index) => new(this) { Item = item, Index = index };

    /// <summary>Keeps what a step came to.</summary>
    public void Set(string? id, JsonElement? result)
    {
        Last = result ?? Nothing;
        if (id is not null)
        {
            _results[id] = Last;
        }
    }

    /// <summary>Gets what a path leads to. A step that was passed over has the result null.</summary>
    /// <exception cref="CelerityException">CEL0356: it leads to nothing.</exception>
    public JsonElement Get(string path)
    {
        var parts = path.Split('.');
        var (value, at) = parts switch
        {
            ["input", ..] => (_input, 1),
            ["steps", var id, "result", ..] => (_results.GetValueOrDefault(id, Nothing), 3),
            ["item", ..] when Item is { } item => (item, 1),
            ["index"] when Item is not null => (JsonSerializer.SerializeToElement(Index), 1),
            _ => throw Wrong(path, "is no reference"),
        };
        foreach (var part in parts.Skip(at))
        {
            value = value.ValueKind switch
            {
                JsonValueKind.Object when value.TryGetProperty(part, out var member) => member,
                JsonValueKind.Array when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.GetArrayLength() => value[index],
                _ => throw Wrong(path, $"leads to nothing: there is no '{part}'"),
            };
        }

        return value;
    }

    private static CelerityException Wrong(string path, string what) => new(ErrorCodes.BadReference, $"${{{path}}} {what}.");
}
