using System.Net;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>The answer to an HTTP request that an orchestrator made.</summary>
public class DurableHttpResponse(HttpStatusCode statusCode)
{
    [JsonPropertyName("statusCode")]
    public HttpStatusCode StatusCode { get; } = statusCode;

    [JsonPropertyName("headers")]
    [JsonConverter(typeof(HttpHeadersConverter))]
    public IDictionary<string, StringValues>? Headers { get; init; }

    [JsonPropertyName("content")]
    public string? Content { get; init; }
}
