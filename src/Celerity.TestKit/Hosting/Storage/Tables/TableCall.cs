using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>One call of the table service, alone or in a batch.</summary>
internal sealed class TableCall
{
    private const int PageSize = 1000;

    private readonly Func<string, string?> _header;
    private readonly Func<string, string?> _query;
    private readonly byte[] _body;

    public TableCall(string method, string path, Func<string, string?> query, Func<string, string?> header, byte[] body)
    {
        (Method, Path, _query, _header, _body) = (method, path, query, header, body);
    }

    public string Method { get; }

    public string Path { get; }

    public string? IfMatch => _header("If-Match");

    public bool WantsNoContent => _header("Prefer") == "return-no-content";

    public int Top => int.TryParse(Query("$top"), out var top) && top is > 0 and <= PageSize ? top : PageSize;

    public bool HasKeys => MemoryTableService.KeysOf(Path) is not null;

    public (string Partition, string Row) Keys =>
        MemoryTableService.KeysOf(Path) ?? throw new StorageError(400, "InvalidInput", "The keys of the entity are missing.");

    public static TableCall Of(StorageRequest request) => new(request.Method.Method, request.Path, request.Query, request.Header, request.Body);

    public static TableCall Of(string method, Uri uri, Func<string, string?> header, byte[] body)
    {
        var query = QueryHelpers.ParseQuery(uri.Query);
        return new TableCall(method, StorageRequest.Split(uri).Path, name => query.TryGetValue(name, out var value) ? value.ToString() : null, header, body);
    }

    public string? Query(string name) => _query(name);

    public JsonObject Json()
    {
        try
        {
            return JsonNode.Parse(_body)?.AsObject() ?? [];
        }
        catch (JsonException exception)
        {
            throw new StorageError(400, "InvalidInput", exception.Message);
        }
    }
}
