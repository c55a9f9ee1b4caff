using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>One request to a storage service, taken apart.</summary>
internal sealed class StorageRequest
{
    private readonly HttpRequestMessage _message;
    private readonly Dictionary<string, string> _query;

    private StorageRequest(HttpRequestMessage message, byte[] body)
    {
        var uri = message.RequestUri!;
        _message = message;
        Body = body;
        _query = QueryHelpers.ParseQuery(uri.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        (Account, Path) = Split(uri);
    }

    public string Account { get; }

    /// <summary>Gets the path below the account, decoded, without a leading slash.</summary>
    public string Path { get; }

    public byte[] Body { get; }

    public HttpMethod Method => _message.Method;

    public Uri Uri => _message.RequestUri!;

    public static StorageRequest Of(HttpRequestMessage message, byte[] body) => new(message, body);

    /// <summary>Splits an address into account and path: <c>account.queue.core.windows.net/path</c>, or <c>127.0.0.1:10001/account/path</c>.</summary>
    public static (string Account, string Path) Split(Uri uri)
    {
        var path = Uri.UnescapeDataString(uri.AbsolutePath).TrimStart('/');
        if (!IPAddress.TryParse(uri.Host, out _) && uri.Host.Contains('.', StringComparison.Ordinal))
        {
            return (StorageServer.AccountOf(uri.Host[..uri.Host.IndexOf('.', StringComparison.Ordinal)]), path);
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (StorageServer.AccountOf(path), string.Empty) : (StorageServer.AccountOf(path[..slash]), path[(slash + 1)..]);
    }

    public string? Query(string name) => _query.GetValueOrDefault(name);

    public int? QueryNumber(string name) => Query(name) is { } text
        ? int.TryParse(text, out var number) ? number : throw StorageError.InvalidQuery(name)
        : null;

    public string? Header(string name) =>
        _message.Headers.TryGetValues(name, out var values) || (_message.Content?.Headers.TryGetValues(name, out values) ?? false)
            ? string.Join(",", values)
            : null;

    /// <summary>Gets the <c>x-ms-meta-</c> headers.</summary>
    public Dictionary<string, string> Metadata() => _message.Headers
        .Where(header => header.Key.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(header => header.Key["x-ms-meta-".Length..], header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
}
