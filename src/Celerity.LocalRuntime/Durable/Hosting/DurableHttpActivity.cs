using System.Net.Http.Headers;
using System.Text;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.Extensions.Primitives;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The built-in activity that makes the requests of orchestrators.</summary>
internal sealed class DurableHttpActivity(TimeProvider time) : IDisposable
{
    public const string Name = "BuiltIn::HttpActivity";

    // An answer becomes a line of the history.
    private const int MaxResponseBytes = 100 * 1024 * 1024;
    private const string DefaultContentType = "application/json";

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxResponseBytes };

    public static bool Is(string activity) => activity.Equals(Name, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="HttpRequestException">There was no answer, or one of a status that is to be retried.</exception>
    /// <exception cref="TimeoutException">There was no answer in the request's time.</exception>
    public async Task<DurableHttpResponse> RunAsync(DurableHttpRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(request.Timeout ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = MessageOf(request);
            using var response = await _http.SendAsync(message, either.Token).ConfigureAwait(false);
            if (request.HttpRetryOptions is { } retry && IsToRetry(retry, response))
            {
                throw new HttpRequestException($"{request.Method} {request.Uri} was answered with {(int)response.StatusCode}.", null, response.StatusCode);
            }

            return new DurableHttpResponse(response.StatusCode)
            {
                Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => new StringValues([.. header.Value])),
                Content = await response.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.Method} {request.Uri} was not answered within {request.Timeout}.", exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsToRetry(HttpRetryOptions retry, HttpResponseMessage response) => retry.StatusCodesToRetry.Count == 0
        ? (int)response.StatusCode >= 400
        : retry.StatusCodesToRetry.Contains(response.StatusCode);

    private static HttpRequestMessage MessageOf(DurableHttpRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri);
        if (request.Content is not null)
        {
            message.Content = new StringContent(request.Content, Encoding.UTF8);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(DefaultContentType);
        }

        foreach (var (name, values) in request.Headers ?? new Dictionary<string, StringValues>())
        {
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()) && message.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return message;
    }
}
