using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Celerity.Functions.Workflows;

/// <summary>References in texts: <c>${input.x}</c>. A text that is one whole becomes the value; within a longer text, its text. <c>$${</c> stands for <c>${</c>.</summary>
internal static partial class WorkflowReferences
{
    /// <summary>Finds the references of a value, each with the JSON pointer of its text.</summary>
    public static IEnumerable<(string Pointer, string Path)> Find(JsonElement value, string pointer) => value.ValueKind switch
    {
        JsonValueKind.String => Pattern().Matches(value.GetString()!).Where(match => match.Groups["path"].Success).Select(match => (pointer, match.Groups["path"].Value)),
        JsonValueKind.Array => value.EnumerateArray().Index().SelectMany(item => Find(item.Item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{item.Index}"))),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Find(member.Value, $"{pointer}/{Escape(member.Name)}")),
        _ => [],
    };

    /// <summary>Puts values in the place of references.</summary>
    /// <exception cref="CelerityException">CEL0356: one leads to nothing.</exception>
    public static JsonElement Resolve(JsonElement value, WorkflowScope scope) => JsonSerializer.SerializeToElement(ResolveNode(value, scope));

    /// <summary>Writes a name as a part of a JSON pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static JsonNode? ResolveNode(JsonElement value, WorkflowScope scope) => value.ValueKind switch
    {
        JsonValueKind.String => ResolveText(value.GetString()!, scope),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(item => ResolveNode(item, scope))]),
        JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, ResolveNode(member.Value, scope)))),
        _ => Node(value),
    };

    private static JsonNode? ResolveText(string text, WorkflowScope scope)
    {
        if (Pattern().Match(text) is { Success: true } whole && whole.Length == text.Length && whole.Groups["path"].Success)
        {
            return Node(scope.Get(whole.Groups["path"].Value));
        }

        return Pattern().Replace(text, match => match.Groups["path"].Success ? TextOf(scope.Get(match.Groups["path"].Value)) : "${");
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    private static JsonNode? Node(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(value.GetRawText());

    [GeneratedRegex(@"\$\$\{|\$\{(?<path>[^{}]*)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
