using System.Net;
using System.Net.Http.Headers;

namespace Celerity.Webhooks;

/// <summary>What an answer means for the delivery.</summary>
internal static class WebhookAnswer
{
    public static TaskOutcome For(Webhook webhook, HttpStatusCode status, RetryConditionHeaderValue? retryAfter, DateTimeOffset now) => (int)status switch
    {
        >= 200 and < 300 => TaskOutcome.Completed,
        410 => TaskOutcome.Discard($"{webhook.Title} answered 410: it does not want this any more."),
        408 or 429 or >= 500 => TaskOutcome.Retry(WaitOf(retryAfter, now), $"{webhook.Title} answered {(int)status}."),
        >= 300 and < 400 => Undeliverable(webhook.Title, $"answered {(int)status}; redirects are not followed"),
        _ => Undeliverable(webhook.Title, $"answered {(int)status}"),
    };

    public static TaskOutcome Undeliverable(string title, string what) =>
        TaskOutcome.DeadLetter($"{ErrorCodes.WebhookUndeliverable}: {title} {what}.");

    private static TimeSpan? WaitOf(RetryConditionHeaderValue? retryAfter, DateTimeOffset now) =>
        retryAfter?.Delta ?? (retryAfter?.Date - now is { } wait && wait > TimeSpan.Zero ? wait : null);
}
