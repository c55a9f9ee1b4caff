using System.Net;

namespace Celerity.Cli.Tests.Runs;

/// <summary>Answers requests in turn as the script says, and keeps what was asked. An answer without a body is a broken connection.</summary>
internal sealed class ScriptedApp(params (HttpStatusCode Status, string? Body)[] script) : HttpMessageHandler
{
    private readonly Queue<(HttpStatusCode Status, string? Body)> _script = new(script);

    public List<string> Requests { get; } = [];

    /// <summary>Gets the key that came with the last request.</summary>
    public string? Key { get; private set; }

    /// <summary>Gets or sets what happens before a request is answered.</summary>
    public Action<string>? BeforeAnswer { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add($"{request.Method} {request.RequestUri} {content}".TrimEnd());
        Key = request.Headers.TryGetValues("x-functions-key", out var keys) ? keys.Single() : null;
        BeforeAnswer?.Invoke(Requests[^1]);
        cancellationToken.ThrowIfCancellationRequested();
        var (status, body) = _script.Count > 1 ? _script.Dequeue() : _script.Peek();
        return body is null
            ? throw new HttpRequestException("Connection refused")
            : new HttpResponseMessage(status) { Content = new StringContent(body, null, "application/json") };
    }
}
