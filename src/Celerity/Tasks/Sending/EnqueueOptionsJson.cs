using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.Tasks.Sending;

/// <summary>Reads <see cref="EnqueueOptions"/> that came as JSON. A misspelt option would silently mean its default, so it is refused.</summary>
internal static class EnqueueOptionsJson
{
    private static readonly JsonSerializerOptions Strict = new(CelerityJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <exception cref="CelerityException">CEL0208: an option is not known, or its value is none.</exception>
    public static EnqueueOptions Read(JsonElement json)
    {
        try
        {
            return json.Deserialize<EnqueueOptions>(Strict) ?? throw new JsonException("They are null.");
        }
        catch (JsonException exception)
        {
            throw new CelerityException(
                ErrorCodes.BadEnqueueOption,
                $"The options cannot be read{(exception.Path is { Length: > 2 } path ? $" at '{path[2..]}'" : "")}: {exception.Message} Nothing was sent.",
                exception);
        }
    }
}
