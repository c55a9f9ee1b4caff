using Azure.Data.Tables;
using Celerity.Storage;

namespace Celerity.AzureStorage;

/// <summary>Turns rows into the client's entities and back.</summary>
internal static class TableRowFormat
{
    private const string ETagName = "odata.etag";

    public static TableEntity ToEntity(TableRow row)
    {
        var entity = new TableEntity(row.PartitionKey, row.RowKey);
        foreach (var (name, value) in row.Values)
        {
            entity.Add(name, value);
        }

        return entity;
    }

    public static TableRow ToRow(TableEntity entity)
    {
        var values = new Dictionary<string, object>(entity.Count, StringComparer.Ordinal);
        foreach (var (name, value) in entity)
        {
            if (value is not null && name is not (nameof(entity.PartitionKey) or nameof(entity.RowKey) or nameof(entity.Timestamp) or ETagName))
            {
                values.Add(name, value);
            }
        }

        return new TableRow(entity.PartitionKey, entity.RowKey, values) { ETag = entity.ETag.ToString() };
    }
}
