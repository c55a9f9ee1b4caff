using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Celerity.Webhooks;

/// <summary>Posts one event. Of the answer only its status and its headers are read.</summary>
internal sealed partial class WebhookHandler(WebhookList webhooks, IHttpClientFactory clients, TimeProvider time) : ITaskHandler<WebhookDelivery>
{
    public async ValueTask<TaskOutcome> HandleAsync(WebhookDelivery task, TaskContext context, CancellationToken cancellationToken)
    {
        if (webhooks.Find(task.Webhook) is not { } webhook)
        {
            return WebhookAnswer.Undeliverable(Wire.JsonFields.Short(task.Webhook), "is not one of this app any more");
        }

        using var client = clients.CreateClient(webhook.ClientName);
        using var request = Request(webhook, context.Id, JsonSerializer.SerializeToUtf8Bytes(task.Event));
        using var limit = new CancellationTokenSource(webhook.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            var outcome = WebhookAnswer.For(webhook.Name, response.StatusCode, response.Headers.RetryAfter, time.GetUtcNow());
            if (outcome.Kind == TaskOutcomeKind.Discard)
            {
                LogGone(context.Logger, webhook.Name);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TaskOutcome.Retry(reason: $"The webhook '{webhook.Name}' did not answer within {webhook.Timeout:c}.");
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
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(webhook.Key, id, seconds, body));
        return request;
    }

    [LoggerMessage(2500, LogLevel.Warning, "The webhook {Webhook} answered 410 Gone; this event is not sent again, later ones are. Remove the webhook if nobody wants it")]
    private static partial void LogGone(ILogger logger, string webhook);
}
