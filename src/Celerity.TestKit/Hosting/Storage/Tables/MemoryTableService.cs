using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.Hosting.Time;

namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>The table service's REST interface over memory.</summary>
internal sealed partial class MemoryTableService(VirtualClock clock) : IMemoryService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryTables> _accounts = new(StringComparer.Ordinal);

    public (string Operation, string Resource) Describe(StorageRequest request) => Describe(request.Method.Method, request.Path, request.Query("comp"));

    public StorageResponse Handle(StorageRequest request, string operation, string resource, Action<StorageResponse> done)
    {
        lock (_gate)
        {
            if (!_accounts.TryGetValue(request.Account, out var tables))
            {
                _accounts.Add(request.Account, tables = new MemoryTables());
            }

            var response = operation == StorageOperations.Batch
                ? Batch(tables, request)
                : Handle(tables, operation, resource, TableCall.Of(request));
            done(response);
            return response;
        }
    }

    public StorageResponse Refuse(StorageError error) => error.ToJson();

    internal static (string Operation, string Resource) Describe(string method, string path, string? comp = null)
    {
        if (path is "$batch")
        {
            return (StorageOperations.Batch, path);
        }

        if (TablePath().Match(path) is { Success: true } table)
        {
            var name = table.Groups["name"].Value;
            return (method switch { "GET" => "QueryTables", "POST" => "CreateTable", "DELETE" => "DeleteTable", _ => "Unknown" }, name);
        }

        var entity = EntityPath().Match(path);
        return entity is not { Success: true } || comp is not null ? (comp is null ? "Unknown" : "ServiceProperties", path) : (method switch
        {
            "GET" => StorageOperations.QueryEntities,
            "POST" => StorageOperations.InsertEntity,
            "PUT" => StorageOperations.UpdateEntity,
            "PATCH" or "MERGE" => StorageOperations.MergeEntity,
            "DELETE" => StorageOperations.DeleteEntity,
            _ => "Unknown",
        }, entity.Groups["table"].Value);
    }

    /// <summary>Reads the keys of <c>table(PartitionKey='a',RowKey='b')</c>; <see langword="null"/> without keys.</summary>
    internal static (string Partition, string Row)? KeysOf(string path) => EntityPath().Match(path) is { Success: true } match && match.Groups["p"].Success
        ? (Unquote(match.Groups["p"].Value), Unquote(match.Groups["r"].Value))
        : null;

    private StorageResponse Handle(MemoryTables tables, string operation, string resource, TableCall call) => operation switch
    {
        "ServiceProperties" => StorageResponse.Xml(200, new System.Xml.Linq.XElement("StorageServiceProperties")),
        "CreateTable" => CreateTable(tables, call),
        "DeleteTable" => DeleteTable(tables, resource),
        "QueryTables" => QueryTables(tables, call),
        StorageOperations.InsertEntity => Insert(tables.Find(resource), call),
        StorageOperations.UpdateEntity => Written(tables.Find(resource).Write(call.Keys, call.Json(), call.IfMatch, isMerge: false, clock.GetUtcNow())),
        StorageOperations.MergeEntity => Written(tables.Find(resource).Write(call.Keys, call.Json(), call.IfMatch, isMerge: true, clock.GetUtcNow())),
        StorageOperations.DeleteEntity => Delete(tables.Find(resource), call),
        StorageOperations.QueryEntities => call.HasKeys ? Get(tables.Find(resource), call) : Query(tables.Find(resource), call),
        _ => throw StorageError.NotThere($"{call.Method} {call.Path}"),
    };

    private static StorageResponse CreateTable(MemoryTables tables, TableCall call)
    {
        var name = (string)call.Json()["TableName"]!;
        tables.Create(name);
        return call.WantsNoContent ? new StorageResponse(204) : StorageResponse.Json(201, new JsonObject { ["TableName"] = name }.ToJsonString());
    }

    private static StorageResponse DeleteTable(MemoryTables tables, string name)
    {
        tables.Delete(name);
        return new StorageResponse(204);
    }

    private static StorageResponse QueryTables(MemoryTables tables, TableCall call)
    {
        var filter = TableFilter.Parse(call.Query("$filter"));
        var names = tables.Names
            .Where(name => string.CompareOrdinal(name, call.Query("NextTableName") ?? string.Empty) >= 0)
            .Where(name => filter(new JsonObject { ["TableName"] = name }))
            .Take(call.Top + 1)
            .ToList();
        var response = StorageResponse.Json(200, new JsonObject
        {
            ["value"] = new JsonArray([.. names.Take(call.Top).Select(name => new JsonObject { ["TableName"] = name })]),
        }.ToJsonString());
        return names.Count > call.Top ? response.With("x-ms-continuation-NextTableName", names[call.Top]) : response;
    }

    private StorageResponse Insert(MemoryTable table, TableCall call)
    {
        var entity = table.Insert(call.Json(), clock.GetUtcNow());
        return call.WantsNoContent
            ? Written(entity)
            : StorageResponse.Json(201, entity.Render(null).ToJsonString()).With("ETag", entity.ETag);
    }

    private static StorageResponse Written(MemoryEntity entity) => new StorageResponse(204).With("ETag", entity.ETag);

    private static StorageResponse Delete(MemoryTable table, TableCall call)
    {
        table.Delete(call.Keys, call.IfMatch ?? throw new StorageError(400, "MissingRequiredHeader", "A required HTTP header was not specified: If-Match."));
        return new StorageResponse(204);
    }

    private static StorageResponse Get(MemoryTable table, TableCall call)
    {
        var entity = table.Get(call.Keys);
        return StorageResponse.Json(200, entity.Render(call.Query("$select")).ToJsonString()).With("ETag", entity.ETag);
    }

    private static StorageResponse Query(MemoryTable table, TableCall call)
    {
        var filter = TableFilter.Parse(call.Query("$filter"));
        var from = (call.Query("NextPartitionKey") ?? string.Empty, call.Query("NextRowKey") ?? string.Empty);
        var found = table.From(from).Where(entity => filter(entity.Properties)).Take(call.Top + 1).ToList();
        var response = StorageResponse.Json(200, new JsonObject
        {
            ["value"] = new JsonArray([.. found.Take(call.Top).Select(entity => entity.Render(call.Query("$select")))]),
        }.ToJsonString());
        if (found.Count > call.Top)
        {
            response.With("x-ms-continuation-NextPartitionKey", found[call.Top].Keys.Partition).With("x-ms-continuation-NextRowKey", found[call.Top].Keys.Row);
        }

        return response;
    }

    /// <summary>A change set is done as a whole or not at all.</summary>
    private StorageResponse Batch(MemoryTables tables, StorageRequest request)
    {
        var calls = TableBatch.Read(request);
        var before = tables.Snapshot();
        var answers = new List<StorageResponse>();
        for (var index = 0; index < calls.Count; index++)
        {
            try
            {
                var (operation, resource) = Describe(calls[index].Method, calls[index].Path);
                answers.Add(Handle(tables, operation, resource, calls[index]));
            }
            catch (StorageError error)
            {
                tables.Restore(before);
                return TableBatch.Write([new StorageError(error.Status, error.Code, $"{index}:{error.Message}").ToJson()]);
            }
        }

        return TableBatch.Write(answers);
    }

    private static string Unquote(string text) => text.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"^Tables(\('(?<name>[^']*)'\))?(\(\))?$")]
    private static partial Regex TablePath();

    [GeneratedRegex(@"^(?<table>[A-Za-z][A-Za-z0-9]*)(\(\)|\(PartitionKey='(?<p>([^']|'')*)',\s*RowKey='(?<r>([^']|'')*)'\))?$")]
    private static partial Regex EntityPath();
}
