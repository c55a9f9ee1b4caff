using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.Cli.Api;

/// <summary>An app's HTTP API.</summary>
internal sealed class AppApi : IDisposable
{
    private const int LongestDetail = 2000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _http;
    private readonly bool _hasKey;

    public AppApi(Uri app, string? key, HttpMessageHandler? handler)
    {
        // A redirect is not followed: the key is for this app alone.
        _http = handler is null ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) : new HttpClient(handler, disposeHandler: false);
        _http.BaseAddress = app;
        _hasKey = key is { Length: > 0 };
        if (_hasKey)
        {
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
        }
    }

    // Without a user's name and password, which a URL may have.
    private string App => _http.BaseAddress!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>Reads something.</summary>
    /// <exception cref="AppRefusedException">The app refused, or does not answer.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Asks for something.</summary>
    /// <exception cref="AppRefusedException">The app refused, or does not answer.</exception>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body, options: Json), cancellationToken);

    /// <summary>The same with a body as it is.</summary>
    public Task<JsonElement> PostAsync(string path, HttpContent body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, cancellationToken);

    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, JsonContent.Create(body, options: Json), cancellationToken);

    public Task<JsonElement> DeleteAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, JsonContent.Create(body, options: Json), cancellationToken);

    /// <summary>Hands on an answer as it comes: it may be large.</summary>
    public async Task ReadAsync(string path, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            await using var body = await reply.Content.ReadAsStreamAsync(cancellationToken);
            await read(body);
        }
        catch (HttpIOException failure)
        {
            throw new AppRefusedException($"The answer of {App} broke off: {failure.Message}", failure) { IsUnanswered = true };
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (reply.StatusCode == HttpStatusCode.NoContent)
        {
            return JsonElement.Parse("{}");
        }

        try
        {
            return await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException failure)
        {
            throw new AppRefusedException(Stranger(reply.StatusCode), failure);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}") { Content = body };
        try
        {
            var reply = await _http.SendAsync(request, completion, cancellationToken);
            return reply.IsSuccessStatusCode ? reply : throw await RefusalAsync(reply);
        }
        catch (HttpRequestException failure)
        {
            throw new AppRefusedException(
                $"No app answers at {App}: {failure.Message.TrimEnd('.')}. Start it, or say where it is by --url or CELERITY_URL.", failure)
            {
                IsUnanswered = true,
            };
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppRefusedException($"The app at {App} did not answer within {_http.Timeout.TotalSeconds:N0} seconds.", failure) { IsUnanswered = true };
        }
    }

    private async Task<AppRefusedException> RefusalAsync(HttpResponseMessage reply)
    {
        using (reply)
        {
            if (reply.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                return new AppRefusedException(_hasKey
                    ? $"The app at {App} does not take this key: give another by --key or CELERITY_KEY."
                    : $"The app at {App} wants a key: give one by --key or CELERITY_KEY.");
            }

            if (reply.Headers.Location is { } elsewhere)
            {
                return new AppRefusedException($"{App} sends on to {SafeText.Line(elsewhere.ToString())}. Nothing was sent there; if that is the app, give it as --url.");
            }

            try
            {
                var problem = await reply.Content.ReadFromJsonAsync<Problem>();
                if (problem is { Detail: { } detail })
                {
                    return new AppRefusedException(SafeText.Line(problem.Code is { } code ? $"{code}: {detail}" : detail, LongestDetail)) { Code = problem.Code };
                }
            }
            catch (JsonException)
            {
                // No problem of ours: another server answers there.
            }

            return new AppRefusedException(Stranger(reply.StatusCode));
        }
    }

    private string Stranger(HttpStatusCode status) => $"{App} answered {(int)status}, but not as an app with Celerity does: is --url right?";

    private sealed record Problem(string? Code, string? Detail);
}
