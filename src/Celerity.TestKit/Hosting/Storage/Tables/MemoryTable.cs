using System.Text.Json.Nodes;

namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>One table in memory, in the order of its keys. Guarded by its service's lock.</summary>
internal sealed class MemoryTable
{
    private static readonly Comparer<(string Partition, string Row)> Order = Comparer<(string Partition, string Row)>.Create((left, right) =>
        string.CompareOrdinal(left.Partition, right.Partition) is var order and not 0 ? order : string.CompareOrdinal(left.Row, right.Row));

    private readonly SortedDictionary<(string Partition, string Row), MemoryEntity> _entities;
    private long _versions;

    public MemoryTable()
    {
        _entities = new(Order);
    }

    private MemoryTable(MemoryTable other)
    {
        _entities = new(other._entities, Order);
        _versions = other._versions;
    }

    public MemoryTable Copy() => new(this);

    public MemoryEntity Get((string Partition, string Row) keys) =>
        _entities.GetValueOrDefault(keys) ?? throw new StorageError(404, "ResourceNotFound", "The specified resource does not exist.");

    public IEnumerable<MemoryEntity> From((string Partition, string Row) first) =>
        _entities.Values.SkipWhile(entity => Order.Compare(entity.Keys, first) < 0);

    public MemoryEntity Insert(JsonObject json, DateTimeOffset now)
    {
        var keys = (Key(json, "PartitionKey"), Key(json, "RowKey"));
        return _entities.ContainsKey(keys)
            ? throw new StorageError(409, "EntityAlreadyExists", "The specified entity already exists.")
            : Store(keys, json, now);
    }

    /// <summary>Replaces or merges; without <paramref name="ifMatch"/> an entity that is missing is inserted.</summary>
    public MemoryEntity Write((string Partition, string Row) keys, JsonObject json, string? ifMatch, bool isMerge, DateTimeOffset now)
    {
        var found = ifMatch is null ? _entities.GetValueOrDefault(keys) : Matching(keys, ifMatch);
        if (isMerge && found is not null)
        {
            var merged = (JsonObject)found.Properties.DeepClone();
            foreach (var name in new[] { "PartitionKey", "RowKey", "Timestamp" })
            {
                merged.Remove(name);
            }

            foreach (var (name, value) in json)
            {
                // A value of another type does not keep the type of the one before; a null changes nothing.
                if (value is not null)
                {
                    merged.Remove(name + "@odata.type");
                    merged[name] = value.DeepClone();
                }
            }

            json = WithTypes(merged, json);
        }

        return Store(keys, json, now);
    }

    public void Delete((string Partition, string Row) keys, string ifMatch)
    {
        Matching(keys, ifMatch);
        _entities.Remove(keys);
    }

    private static JsonObject WithTypes(JsonObject merged, JsonObject given)
    {
        foreach (var (name, value) in given.Where(pair => pair.Key.EndsWith("@odata.type", StringComparison.Ordinal)))
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }

    private static string Key(JsonObject json, string name) =>
        (string?)json[name] ?? throw new StorageError(400, "PropertiesNeedValue", $"The values are not specified for all properties in the entity: {name}.");

    private MemoryEntity Matching((string Partition, string Row) keys, string ifMatch)
    {
        var found = Get(keys);
        return ifMatch == "*" || ifMatch == found.ETag
            ? found
            : throw new StorageError(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");
    }

    private MemoryEntity Store((string Partition, string Row) keys, JsonObject json, DateTimeOffset now) =>
        _entities[keys] = new MemoryEntity(keys, json, now, ++_versions);
}
