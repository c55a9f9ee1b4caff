namespace Celerity.Webhooks;

/// <summary>Posts one event.</summary>
internal sealed class WebhookHandler(WebhookList webhooks, WebhookPost post) : ITaskHandler<WebhookDelivery>
{
    public async ValueTask<TaskOutcome> HandleAsync(WebhookDelivery task, TaskContext context, CancellationToken cancellationToken) =>
        webhooks.Find(task.Webhook) is { } webhook
            ? await post.SendAsync(webhook, context.Id, task.Event, context.Logger, cancellationToken).ConfigureAwait(false)
            : WebhookAnswer.Undeliverable($"The webhook '{Wire.JsonFields.Short(task.Webhook)}'", "is not one of this app any more");
}
