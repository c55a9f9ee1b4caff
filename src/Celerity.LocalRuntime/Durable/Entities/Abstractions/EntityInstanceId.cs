using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Entities;

/// <summary>An entity's name, without regard to case, and its key, with regard to it. As text: <c>@name@key</c>.</summary>
[JsonConverter(typeof(JsonConverter))]
public record struct EntityInstanceId
{
    private const char Separator = '@';

    public EntityInstanceId(string name, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(key);
        if (name.Contains(Separator, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The entity name '{name}' has an '{Separator}', which parts the name from the key.", nameof(name));
        }

#pragma warning disable CA1308 // The id's text is lower case; that is its format.
        Name = name.ToLowerInvariant();
#pragma warning restore CA1308
        Key = key;
    }

    public string Name { get; }

    public string Key { get; }

    public static EntityInstanceId FromString(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var second = instanceId.IndexOf(Separator, 1);
        return instanceId[0] == Separator && second > 1
            ? new EntityInstanceId(instanceId[1..second], instanceId[(second + 1)..])
            : throw new ArgumentException($"'{instanceId}' is no entity id; it must look like @name@key.", nameof(instanceId));
    }

    public override string ToString() => $"{Separator}{Name}{Separator}{Key}";

    internal sealed class JsonConverter : JsonConverter<EntityInstanceId>
    {
        public override EntityInstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return FromString(reader.GetString() ?? string.Empty);
            }
            catch (ArgumentException exception)
            {
                throw new JsonException(exception.Message, exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, EntityInstanceId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
