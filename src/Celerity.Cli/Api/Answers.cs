using System.Text.Json;

namespace Celerity.Cli.Api;

/// <summary>Reads an app's answers for people: what is not there is empty or 0, and texts are safe.</summary>
internal static class Answers
{
    public static string Text(JsonElement json, string name, int most = 200) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? SafeText.Line(value.ToString(), most) : "";

    public static long Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    public static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var at) ? at : null;

    public static string When(JsonElement json, string name) => Time(json, name) is { } at ? Instants.Show(at) : "";
}
