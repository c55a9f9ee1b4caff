using System.Collections.Concurrent;
using System.Net;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>A connection that counts its requests and treats the next ones as it is told.</summary>
internal sealed class FaultyTransport() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly ConcurrentQueue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _plan = new();
    private int _count;

    /// <summary>Gets how many requests were made.</summary>
    public int Count => _count;

    /// <summary>Gets where the latest request went.</summary>
    public Uri? LatestUri { get; private set; }

    /// <summary>Answers the next request without passing it on.</summary>
    public FaultyTransport Answer(HttpStatusCode status) => Then((request, _) =>
        Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request, Content = new ByteArrayContent([]) }));

    /// <summary>Passes the next request on and loses what comes back.</summary>
    public FaultyTransport LoseReply() => Then(async (request, token) =>
    {
        using var lost = await base.SendAsync(request, token);
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "The reply was lost.");
    });

    /// <summary>Passes the next request on and answers 500 whatever comes back.</summary>
    public FaultyTransport FailAfterwards() => Then(async (request, token) =>
    {
        using var lost = await base.SendAsync(request, token);
        return new HttpResponseMessage(HttpStatusCode.InternalServerError) { RequestMessage = request, Content = new ByteArrayContent([]) };
    });

    /// <summary>Leaves the next request without an answer.</summary>
    public FaultyTransport Hang() => Then(async (_, token) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        throw new InvalidOperationException("Never reached.");
    });

    /// <summary>Passes the next request on and cuts its reply's content after so many bytes.</summary>
    public FaultyTransport CutAfter(int bytes, Func<Task> meanwhile) => Then(async (request, token) =>
    {
        var response = await base.SendAsync(request, token);
        var content = await response.Content.ReadAsByteArrayAsync(token);
        var cut = new StreamContent(new CutStream(content.AsMemory(0, bytes), meanwhile));
        foreach (var header in response.Content.Headers)
        {
            cut.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        response.Content = cut;
        return response;
    });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        LatestUri = request.RequestUri;
        return _plan.TryDequeue(out var next) ? next(request, cancellationToken) : base.SendAsync(request, cancellationToken);
    }

    private FaultyTransport Then(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> next)
    {
        _plan.Enqueue(next);
        return this;
    }

    private sealed class CutStream(ReadOnlyMemory<byte> content, Func<Task> meanwhile) : MemoryStream(content.ToArray(), writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position < Length)
            {
                return await base.ReadAsync(buffer, cancellationToken);
            }

            await meanwhile();
            throw new IOException("The connection was cut.");
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
