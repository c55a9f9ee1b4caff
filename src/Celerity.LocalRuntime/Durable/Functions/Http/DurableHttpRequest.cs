using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>An HTTP request that an orchestrator makes.</summary>
public class DurableHttpRequest(HttpMethod method, Uri uri)
{
    [JsonPropertyName("method")]
    [JsonConverter(typeof(HttpMethodConverter))]
    public HttpMethod Method { get; } = method;

    [JsonPropertyName("uri")]
    public Uri Uri { get; } = uri;

    [JsonPropertyName("headers")]
    [JsonConverter(typeof(HttpHeadersConverter))]
    public IDictionary<string, StringValues>? Headers { get; set; }

    [JsonPropertyName("content")]
    public string? Content { get; set; }

    /// <summary>Gets or sets whether an answer 202 with a <c>Location</c> is followed until there is a result. The default is yes.</summary>
    [JsonPropertyName("asynchronousPatternEnabled")]
    public bool AsynchronousPatternEnabled { get; set; } = true;

    [JsonPropertyName("retryOptions")]
    public HttpRetryOptions? HttpRetryOptions { get; set; }

    /// <summary>Gets or sets how long to wait for the result, polling included; <see langword="null"/> sets no limit.</summary>
    [JsonPropertyName("timeout")]
    public TimeSpan? Timeout { get; set; }
}
