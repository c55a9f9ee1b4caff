using System.Text.Json;

namespace Celerity.Functions.Hosting;

/// <summary>Reads host.json as it lies beside the app.</summary>
internal static class HostJsonFile
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Finds a text or a number by the names that lead to it; <see langword="null"/> where there is no file or no such value.</summary>
    public static string? Find(string folder, params ReadOnlySpan<string> names)
    {
        var file = Path.Combine(folder, "host.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(file), Options);
        var element = json.RootElement;
        foreach (var name in names)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
    }
}
