using System.Diagnostics;
using System.Net;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>Sees every queue message that this process sends, whatever client sends it, and tells its queue's address.</summary>
internal sealed class SentMessageObserver : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string SourceName = "HttpHandlerDiagnosticListener";
    private const string RequestName = "System.Net.Http.HttpRequestOut";
    private const string StopName = RequestName + ".Stop";
    private const string Suffix = "/messages";

    private readonly Action<Uri> _sent;
    private readonly IDisposable _sources;
    private IDisposable? _source;

    public SentMessageObserver(Action<Uri> sent)
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
            && FindQueue(request) is { } queue)
        {
            _sent(queue);
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
        name == StopName || (name == RequestName && request is HttpRequestMessage message && FindQueue(message) is not null);

    /// <summary>The queue that a request sends a message to, to be seen at once; else <see langword="null"/>.</summary>
    internal static Uri? FindQueue(HttpRequestMessage request)
    {
        if (request.Method != HttpMethod.Post
            || request.RequestUri is not { IsAbsoluteUri: true } uri
            || !uri.AbsolutePath.EndsWith(Suffix, StringComparison.Ordinal)
            || IsDelayed(uri.Query))
        {
            return null;
        }

        return new UriBuilder(uri) { Path = uri.AbsolutePath[..^Suffix.Length], Query = null }.Uri;
    }

    private static bool IsDelayed(string query) => query
        .TrimStart('?')
        .Split('&')
        .Any(part => part.StartsWith("visibilitytimeout=", StringComparison.OrdinalIgnoreCase) && !part.EndsWith("=0", StringComparison.Ordinal));

    // The payload's type is private to the framework; its property names are the contract.
    private static object? Property(object payload, string name) => payload.GetType().GetProperty(name)?.GetValue(payload);
}
