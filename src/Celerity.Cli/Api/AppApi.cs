using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.Cli.Api;

/// <summary>An app's HTTP API.</summary>
internal sealed class AppApi : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly HttpClient _http;

    public AppApi(Uri app, string? key, HttpMessageHandler? handler)
    {
        _http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        _http.BaseAddress = app;
        if (key is { Length: > 0 })
        {
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
        }
    }

    /// <summary>Reads something.</summary>
    /// <exception cref="AppRefusedException">The app refused, or does not answer.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/{path}"), HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Asks for something.</summary>
    /// <exception cref="AppRefusedException">The app refused, or does not answer.</exception>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        PostAsync(path, JsonContent.Create(body, options: Json), cancellationToken);

    /// <summary>The same with a body as it is.</summary>
    public async Task<JsonElement> PostAsync(string path, HttpContent body, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/api/{path}") { Content = body }, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await reply.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Copies an answer as it comes: it may be large.</summary>
    public async Task CopyAsync(string path, Stream output, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/api/{path}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await reply.Content.CopyToAsync(output, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        try
        {
            using (request)
            {
                var reply = await _http.SendAsync(request, completion, cancellationToken);
                return reply.IsSuccessStatusCode ? reply : throw await RefusalAsync(reply);
            }
        }
        catch (HttpRequestException failure)
        {
            throw new AppRefusedException(
                $"No app answers at {_http.BaseAddress}: {failure.Message} Start it, or say where it is by --url or CELERITY_URL.", failure);
        }
    }

    private async Task<AppRefusedException> RefusalAsync(HttpResponseMessage reply)
    {
        using (reply)
        {
            if (reply.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                return new AppRefusedException($"The app at {_http.BaseAddress} wants a key: give one by --key or CELERITY_KEY.");
            }

            try
            {
                var problem = await reply.Content.ReadFromJsonAsync<Problem>();
                if (problem is { Detail: { } detail })
                {
                    return new AppRefusedException(problem.Code is { } code ? $"{code}: {detail}" : detail);
                }
            }
            catch (JsonException)
            {
                // No problem of ours: another server answers there.
            }

            return new AppRefusedException($"{_http.BaseAddress} answered {(int)reply.StatusCode}: is it an app with Celerity?");
        }
    }

    private sealed record Problem(string? Code, string? Detail);
}
