using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Tasks.Sending;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Options of a send as query parameters: the body stays the payload alone.</summary>
internal static class SendQuery
{
    private const string TagParameter = "tag";
    private const string HeaderPrefix = "header.";

    // The host's own: the function key.
    private static readonly string[] HostParameters = ["code", "clientId"];

    // In JSON a flag is no text.
    private static readonly string[] Flags =
        [.. typeof(EnqueueOptions).GetProperties().Where(property => property.PropertyType == typeof(bool)).Select(property => property.Name)];

    /// <exception cref="CelerityException">CEL0208: a parameter is not known, is there twice, or holds no value of its kind.</exception>
    public static EnqueueOptions Read(IQueryCollection query)
    {
        var options = new JsonObject();
        foreach (var (name, values) in query.Where(parameter => !HostParameters.Contains(parameter.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (string.Equals(name, TagParameter, StringComparison.OrdinalIgnoreCase))
            {
                options["tags"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
                continue;
            }

            if (values is not [var text] || name is "headers" or "tags")
            {
                throw new CelerityException(
                    ErrorCodes.BadEnqueueOption, $"The query parameter '{name}' is there {values.Count} times or is none; say each option once, tags as tag=a&tag=b, headers as header.name=value. Nothing was sent.");
            }

            if (name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            {
                var headers = (JsonObject)(options["headers"] ??= new JsonObject());
                headers[name[HeaderPrefix.Length..]] = text;
            }
            else
            {
                options[name] = Flags.Contains(name, StringComparer.OrdinalIgnoreCase) && bool.TryParse(text, out var flag) ? flag : text;
            }
        }

        return EnqueueOptionsJson.Read(JsonSerializer.SerializeToElement(options));
    }
}
