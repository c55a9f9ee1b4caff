using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Celerity.Webhooks;

/// <summary>Posts to an endpoint, signed where it has a secret. Of the answer only its status and its headers are read.</summary>
internal sealed partial class WebhookPost(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Posts once.</summary>
    /// <param name="webhook">Where to.</param>
    /// <param name="id">The same however often it is posted.</param>
    /// <param name="body">What is posted.</param>
    /// <param name="logger">Where it is told that the endpoint wants nothing any more.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>What the answer means for the task that delivers it.</returns>
    public async ValueTask<TaskOutcome> SendAsync(Webhook webhook, string id, JsonElement body, ILogger logger, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(webhook.ClientName);
        using var request = Request(webhook, id, JsonSerializer.SerializeToUtf8Bytes(body));
        using var limit = new CancellationTokenSource(webhook.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            var outcome = WebhookAnswer.For(webhook, response.StatusCode, response.Headers.RetryAfter, time.GetUtcNow());
            if (outcome.Kind == TaskOutcomeKind.Discard)
            {
                LogGone(logger, webhook.Name);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TaskOutcome.Retry(reason: $"{webhook.Title} did not answer within {webhook.Timeout:c}.");
        }
        catch (HttpRequestException exception) when (exception.InnerException is WebhookAddressException refused)
        {
            return TaskOutcome.DeadLetter(refused.Message);
        }
    }

    private HttpRequestMessage Request(Webhook webhook, string id, byte[] body)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, seconds.ToString(CultureInfo.InvariantCulture));
        if (webhook.Key.Length > 0)
        {
            request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(webhook.Key, id, seconds, body));
        }

        return request;
    }

    [LoggerMessage(2500, LogLevel.Warning, "The webhook {Webhook} answered 410 Gone; this event is not sent again, later ones are. Remove the webhook if nobody wants it")]
    private static partial void LogGone(ILogger logger, string webhook);
}
