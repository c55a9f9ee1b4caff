using System.Diagnostics;
using System.Net;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>Sees every queue message that this process sends, whatever client sends it, and tells its queue's address and its delay.</summary>
internal sealed class SentMessageObserver : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string SourceName = "HttpHandlerDiagnosticListener";
    private const string RequestName = "System.Net.Http.HttpRequestOut";
    private const string StopName = RequestName + ".Stop";
    private const string Suffix = "/messages";
    private const string DelayName = "visibilitytimeout=";

    private readonly Action<Uri, TimeSpan> _sent;
    private readonly IDisposable _sources;
    private IDisposable? _source;

    public SentMessageObserver(Action<Uri, TimeSpan> sent)
    {
        _sent = sent;
        _sources = DiagnosticListener.AllListeners.Subscribe(this);
    }

    public void Dispose()
    {
        _sources.Dispose();
        _source?.Dispose();
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == SourceName)
        {
            _source = value.Subscribe(this, IsEnabled);
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == StopName
            && value.Value is { } payload
            && Property(payload, "Response") is HttpResponseMessage { StatusCode: HttpStatusCode.Created }
            && Property(payload, "Request") is HttpRequestMessage request
            && FindSend(request) is var (queue, delay))
        {
            _sent(queue, delay);
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    // Asked with the request before one starts: only sends get an activity of their own.
    private static bool IsEnabled(string name, object? request, object? unused) =>
        name == StopName || (name == RequestName && request is HttpRequestMessage message && FindSend(message) is not null);

    /// <summary>Reads which queue a request sends a message to, and how long the message stays hidden.</summary>
    /// <returns><see langword="null"/> for any other request.</returns>
    internal static (Uri Queue, TimeSpan Delay)? FindSend(HttpRequestMessage request)
    {
        if (request.Method != HttpMethod.Post
            || request.RequestUri is not { IsAbsoluteUri: true } uri
            || !uri.AbsolutePath.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        var queue = new UriBuilder(uri) { Path = uri.AbsolutePath[..^Suffix.Length], Query = null }.Uri;
        return (queue, ReadDelay(uri.Query));
    }

    private static TimeSpan ReadDelay(string query)
    {
        var value = query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith(DelayName, StringComparison.OrdinalIgnoreCase));
        return value is not null && int.TryParse(value.AsSpan(DelayName.Length), out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
    }

    // The payload's type is private to the framework; its property names are the contract.
    private static object? Property(object payload, string name) => payload.GetType().GetProperty(name)?.GetValue(payload);
}
