using Azure.Core;

namespace Celerity.AzureStorage.Metrics;

/// <summary>Names requests as people speak of them. A handful of names, whatever the request says.</summary>
internal static class StorageOperation
{
    public static string Of(string service, RequestMethod method, string path, string query) => service switch
    {
        "queue" => OfQueue(method, path, query),
        "table" => OfTable(method, path),
        _ => OfBlob(method, query),
    };

    private static string OfQueue(RequestMethod method, string path, string query)
    {
        if (!path.Contains("/messages", StringComparison.Ordinal))
        {
            return method == RequestMethod.Put ? "create" : "properties";
        }

        return method == RequestMethod.Post ? "send"
            : method == RequestMethod.Put ? "update"
            : method == RequestMethod.Delete ? (path.EndsWith("/messages", StringComparison.Ordinal) ? "clear" : "delete")
            : query.Contains("peekonly=true", StringComparison.Ordinal) ? "peek"
            : "receive";
    }

    private static string OfTable(RequestMethod method, string path) =>
        path.EndsWith("/$batch", StringComparison.Ordinal) ? "transaction"
        : path.EndsWith("/Tables", StringComparison.Ordinal) ? "create"
        : method == RequestMethod.Post ? "insert"
        : method == RequestMethod.Delete ? "delete"
        : method != RequestMethod.Get ? "update"
        : path.Contains("(PartitionKey=", StringComparison.Ordinal) ? "get"
        : "query";

    private static string OfBlob(RequestMethod method, string query) =>
        method == RequestMethod.Get ? (query.Contains("comp=list", StringComparison.Ordinal) ? "list" : "get")
        : method == RequestMethod.Head ? "properties"
        : method == RequestMethod.Delete ? "delete"
        : query.Contains("restype=container", StringComparison.Ordinal) ? "create"
        : query.Contains("comp=blocklist", StringComparison.Ordinal) ? "put_block_list"
        : query.Contains("comp=block", StringComparison.Ordinal) ? "put_block"
        : "put";
}
