using System.Text.Json.Nodes;

namespace Celerity.Functions.Pipelines;

/// <summary>Merges JSON as <see href="https://www.rfc-editor.org/rfc/rfc7396">RFC 7396</see> says: members replace those of their name, null takes them away.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target is JsonObject known ? (JsonObject)known.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = Apply(merged[name], value);
            }
        }

        return merged;
    }
}
