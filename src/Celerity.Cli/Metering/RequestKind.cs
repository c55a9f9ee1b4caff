using Microsoft.AspNetCore.Http;

namespace Celerity.Cli.Metering;

/// <summary>Names what a storage request does, in words a person would use: "queue put", "table batch", "blob head".</summary>
internal static class RequestKind
{
    public const string QueueGet = "queue get";
    public const string QueueGetEmpty = "queue get empty";

    /// <param name="service">The service whose port was called.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, which begins with the account.</param>
    /// <param name="query">The query.</param>
    public static string Of(StorageService service, string method, PathString path, IQueryCollection query)
    {
        var segments = Segments(path);
        return service switch
        {
            StorageService.Queue => $"queue {OfQueue(method, segments, query)}",
            StorageService.Table => $"table {OfTable(method, segments)}",
            StorageService.Blob => $"blob {OfBlob(method, segments, query)}",
            _ => throw new ArgumentOutOfRangeException(nameof(service), service, null),
        };
    }

    /// <summary>The queue, table or container that a request goes to; empty where it goes to the account, or to several at once.</summary>
    public static string TargetOf(PathString path) =>
        Segments(path) is [var first, ..] && first[0] != '$' ? first.Split('(')[0] : "";

    private static string[] Segments(PathString path) => [.. path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1)];

    private static string OfQueue(string method, string[] segments, IQueryCollection query) => (segments.Length, method) switch
    {
        (0, _) => "list",
        (1, "PUT") when query.ContainsKey("comp") => "set metadata",
        (1, "PUT") => "create",
        (1, "DELETE") => "remove",
        (1, _) => "metadata",
        (2, "POST") => "put",
        (2, "DELETE") => "clear",
        (2, _) => query["peekonly"] == "true" ? "peek" : "get",
        (_, "DELETE") => "delete",
        _ => "update",
    };

    private static string OfTable(string method, string[] segments) => (segments.FirstOrDefault() ?? "", method) switch
    {
        ("$batch", _) => "batch",
        ("Tables", "POST") => "create",
        ("Tables", _) => "list",
        (var table, "DELETE") when table.StartsWith("Tables(", StringComparison.Ordinal) => "remove",
        (_, "POST") => "insert",
        (var table, "GET") => table.EndsWith("()", StringComparison.Ordinal) ? "query" : "get",
        (_, "DELETE") => "delete",
        _ => "update",
    };

    private static string OfBlob(string method, string[] segments, IQueryCollection query) => (method, query["comp"].ToString()) switch
    {
        (_, "list") => "list",
        (_, "") when segments.Length < 2 => method == "PUT" ? "create container" : "container",
        ("PUT", "") => "put",
        ("PUT", var part) => $"put {part}",
        ("HEAD", _) => "head",
        ("DELETE", _) => "delete",
        ("GET", "") => "get",
        (_, var part) => $"{method.ToLowerInvariant()} {part}",
    };
}
