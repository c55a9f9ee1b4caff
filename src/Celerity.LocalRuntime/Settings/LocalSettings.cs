using System.Collections.Concurrent;
using System.Text.Json;
using Celerity.LocalRuntime.Hosting;

namespace Celerity.LocalRuntime.Settings;

/// <summary>Turns local.settings.json into environment variables, as the tools do before they start a worker.</summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    // A second app in the same process (tests) may replace what the first one's file has set, never what the environment holds.
    private static readonly ConcurrentDictionary<string, string> SetByUs = new(StringComparer.OrdinalIgnoreCase);

    public static void Apply(string contentRoot)
    {
        SetIfMissing("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        if (AppFile.Find(contentRoot, FileName) is { } path)
        {
            foreach (var (name, value) in Read(path))
            {
                SetIfMissing(name, value);
            }
        }
    }

    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return Read(document.RootElement, path);
        }
        catch (JsonException exception)
        {
            throw new LocalStartException($"{path} is not valid JSON: {exception.Message}", exception);
        }
    }

    private static Dictionary<string, string> Read(JsonElement root, string path)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!root.TryGetProperty("IsEncrypted", out var encrypted) || encrypted.ValueKind != JsonValueKind.False)
        {
            throw new LocalStartException($"{path} counts as encrypted, which is not supported here. Write \"IsEncrypted\": false into it.");
        }

        foreach (var value in Entries(root, "Values"))
        {
            settings[value.Name] = value.Value.ValueKind switch
            {
                JsonValueKind.String => value.Value.GetString()!,
                JsonValueKind.Null => string.Empty,
                _ => throw new LocalStartException(
                    $"{path}: the value of \"{value.Name}\" is a JSON {value.Value.ValueKind}; every entry of Values must be a string."),
            };
        }

        foreach (var connection in Entries(root, "ConnectionStrings"))
        {
            settings[$"ConnectionStrings:{connection.Name}"] = connection.Value.ValueKind == JsonValueKind.Object
                ? connection.Value.GetProperty("ConnectionString").GetString() ?? string.Empty
                : connection.Value.GetString() ?? string.Empty;
        }

        if (root.TryGetProperty("Host", out var host) && host.TryGetProperty("LocalHttpPort", out var port))
        {
            settings["Host:LocalHttpPort"] = port.ToString();
        }

        return settings;
    }

    private static JsonElement.ObjectEnumerator Entries(JsonElement root, string name) =>
        root.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object ? section.EnumerateObject() : default;

    private static void SetIfMissing(string name, string value)
    {
        // Empty keys and empty values are skipped by the tools too.
        if (name.Length == 0 || value.Length == 0)
        {
            return;
        }

        var current = Environment.GetEnvironmentVariable(name);
        if (current is null || (SetByUs.TryGetValue(name, out var ours) && ours == current))
        {
            Environment.SetEnvironmentVariable(name, value);
            SetByUs[name] = value;
        }
    }
}
