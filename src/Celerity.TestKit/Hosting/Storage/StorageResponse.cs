using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>The answer of a storage service.</summary>
internal sealed record StorageResponse(int Status)
{
    private readonly List<KeyValuePair<string, string>> _headers = [];

    public byte[] Body { get; init; } = [];

    public string? ContentType { get; init; }

    /// <summary>Gets the length to tell of an answer without a body, to a HEAD request.</summary>
    public long? ContentLength { get; init; }

    public string? ErrorCode { get; init; }

    public static StorageResponse Xml(int status, XElement root) => new(status)
    {
        ContentType = "application/xml",
        Body = Encoding.UTF8.GetBytes(new XDeclaration("1.0", "utf-8", null) + root.ToString(SaveOptions.DisableFormatting)),
    };

    public static StorageResponse Json(int status, string text) => new(status)
    {
        ContentType = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
        Body = Encoding.UTF8.GetBytes(text),
    };

    public StorageResponse With(string header, string? value)
    {
        if (value is not null)
        {
            _headers.Add(new(header, value));
        }

        return this;
    }

    public StorageResponse With(string header, DateTimeOffset value) => With(header, value.ToString("R", CultureInfo.InvariantCulture));

    public StorageResponse WithMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (var (name, value) in metadata)
        {
            With("x-ms-meta-" + name, value);
        }

        return this;
    }

    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    public HttpResponseMessage ToMessage(HttpRequestMessage request, DateTimeOffset now)
    {
        // Why a HEAD failed stands in its headers alone.
        var isBare = request.Method == HttpMethod.Head && Status >= 400;
        var message = new HttpResponseMessage((HttpStatusCode)Status) { RequestMessage = request, Content = new ByteArrayContent(isBare ? [] : Body) };
        message.Headers.Date = now;
        message.Headers.TryAddWithoutValidation("x-ms-request-id", Guid.NewGuid().ToString());
        message.Headers.TryAddWithoutValidation("x-ms-version", "2025-11-05");
        if (request.Headers.TryGetValues("x-ms-client-request-id", out var id))
        {
            message.Headers.TryAddWithoutValidation("x-ms-client-request-id", id);
        }

        if (ErrorCode is not null)
        {
            message.Headers.TryAddWithoutValidation("x-ms-error-code", ErrorCode);
        }

        if (ContentType is not null && !isBare)
        {
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        // Written out: a length that the content only knows is not among its headers.
        message.Content.Headers.ContentLength = isBare ? 0 : ContentLength ?? Body.Length;
        foreach (var (name, value) in _headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
