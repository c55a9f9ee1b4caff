using Celerity.Webhooks;

namespace Celerity.Alerts;

/// <summary>Posts one change of an alert.</summary>
internal sealed class AlertHandler(AlertReceivers receivers, WebhookPost post) : ITaskHandler<AlertMessage>
{
    public async ValueTask<TaskOutcome> HandleAsync(AlertMessage task, TaskContext context, CancellationToken cancellationToken) =>
        receivers.Find(task.Receiver) is { } receiver
            ? await post.SendAsync(receiver.Webhook, context.Id, task.Message, context.Logger, cancellationToken).ConfigureAwait(false)
            : WebhookAnswer.Undeliverable($"The alert receiver '{Wire.JsonFields.Short(task.Receiver)}'", "is not one of this app any more");
}
