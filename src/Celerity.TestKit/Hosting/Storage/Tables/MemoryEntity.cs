using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>One stored version of an entity; never changed.</summary>
internal sealed class MemoryEntity
{
    private const string TypeSuffix = "@odata.type";

    public MemoryEntity((string Partition, string Row) keys, JsonObject properties, DateTimeOffset now, long version)
    {
        Keys = keys;
        var timestamp = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

        // The clock may stand still between two writes; a version is another all the same.
        ETag = $"W/\"datetime'{Uri.EscapeDataString(timestamp)}-{version}'\"";
        Properties = new JsonObject { ["PartitionKey"] = keys.Partition, ["RowKey"] = keys.Row, ["Timestamp"] = timestamp };
        foreach (var (name, value) in properties)
        {
            // A null removes a property; what the service sets itself, nobody else does.
            if (value is not null && !name.StartsWith("odata.", StringComparison.Ordinal) && !Properties.ContainsKey(name) && name != "Timestamp" + TypeSuffix)
            {
                Properties[name] = value.DeepClone();
            }
        }

        foreach (var name in Properties.Select(property => property.Key).Where(name => name.EndsWith(TypeSuffix, StringComparison.Ordinal)).ToList())
        {
            Normalize(name, name[..^TypeSuffix.Length]);
        }
    }

    public (string Partition, string Row) Keys { get; }

    public string ETag { get; }

    public JsonObject Properties { get; }

    // What JSON tells by itself, the service does not annotate: a number is a double by its point.
    private void Normalize(string annotation, string name)
    {
        if (Properties[name] is not JsonValue value)
        {
            Properties.Remove(annotation);
        }
        else if (value.GetValueKind() == JsonValueKind.Number && (string?)Properties[annotation] == "Edm.Double")
        {
            var text = value.ToJsonString();
            Properties[name] = JsonNode.Parse(text.AsSpan().ContainsAny('.', 'e', 'E') ? text : text + ".0");
            Properties.Remove(annotation);
        }
    }

    /// <summary>Writes the entity, or the selected properties of it.</summary>
    public JsonObject Render(string? select)
    {
        var names = select?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var json = new JsonObject { ["odata.etag"] = ETag };
        foreach (var (name, value) in Properties)
        {
            var property = name.EndsWith(TypeSuffix, StringComparison.Ordinal) ? name[..^TypeSuffix.Length] : name;
            if (names?.Contains(property) ?? true)
            {
                json[name] = value?.DeepClone();
            }
        }

        return json;
    }
}
