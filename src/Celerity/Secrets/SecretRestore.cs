using System.Text.Json;
using System.Text.Json.Nodes;

namespace Celerity.Secrets;

/// <summary>Puts back what a mask stands for, where somebody has edited JSON that they were shown with masks.</summary>
internal static class SecretRestore
{
    /// <summary>Puts back what stood in the same place.</summary>
    /// <exception cref="CelerityException">CEL0202: a mask stands where nothing was.</exception>
    public static JsonElement Of(JsonElement edited, JsonElement? original) =>
        JsonSerializer.SerializeToElement(Restore(edited, original, "$"));

    private static JsonNode? Restore(JsonElement edited, JsonElement? original, string path) => edited.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(edited.EnumerateObject().Select(member => KeyValuePair.Create(
            member.Name, Restore(member.Value, Member(original, member.Name), $"{path}.{member.Name}")))),
        JsonValueKind.Array => new JsonArray([.. edited.EnumerateArray().Select((item, at) => Restore(item, Item(original, at), $"{path}[{at}]"))]),
        JsonValueKind.String when edited.ValueEquals(SecretText.Mask) => original is { } secret
            ? JsonNode.Parse(secret.GetRawText())
            : throw new CelerityException(
                ErrorCodes.PayloadDoesNotFit, $"{path} is a mask, and the payload has no secret there to put back. Give the value itself. Nothing was changed."),
        _ => JsonNode.Parse(edited.GetRawText()),
    };

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } of && of.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement? Item(JsonElement? json, int at) =>
        json is { ValueKind: JsonValueKind.Array } of && at < of.GetArrayLength() ? of[at] : null;
}
