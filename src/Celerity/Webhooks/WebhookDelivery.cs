using System.Text.Json;

namespace Celerity.Webhooks;

/// <summary>One event for one webhook: a task like any other, so that it is retried, and kept as a dead letter where it cannot be delivered.</summary>
/// <param name="Webhook">The webhook's name. Its address and its secret are not on any wire.</param>
/// <param name="Event">The body.</param>
[CelerityTask(TaskName, MaxAttempts = 12, BackoffSeconds = 5, MaxBackoffSeconds = 21_600, TimeLimitSeconds = 90, Tracking = TaskTracking.None)]
internal sealed record WebhookDelivery(string Webhook, JsonElement Event)
{
    public const string TaskName = "celerity.webhook";
}
