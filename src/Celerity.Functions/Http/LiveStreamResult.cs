using System.Globalization;
using Celerity.Live;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Writes a stream of events until its time is over or the client is gone. A place among the streams is held for as long.</summary>
internal sealed class LiveStreamResult(LiveStreams streams, CancellationToken stopping) : IResult
{
    private const int RetryAfterSeconds = 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!streams.TryEnter())
        {
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            await Problem.From(new CelerityException(
                ErrorCodes.TooManyStreams, $"{LiveStreams.MostAtOnce} streams of events are open in this process; that is the limit. Try again in {RetryAfterSeconds} seconds."))
                .ExecuteAsync(httpContext).ConfigureAwait(false);
            return;
        }

        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
            await Results.ServerSentEvents(streams.ReadAsync(ended.Token)).ExecuteAsync(httpContext).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // The client is gone, or the app stops: the end of a stream is no failure.
        }
        finally
        {
            streams.Leave();
        }
    }
}
