using System.Globalization;
using System.Net;
using Celerity.LocalRuntime.Orchestration.Replay;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The orchestrator's side of a durable HTTP call: its retries and polls are activities and timers.</summary>
internal static class DurableHttpCall
{
    public static async Task<DurableHttpResponse> RunAsync(TaskOrchestrationContext context, DurableHttpRequest request)
    {
        var deadline = request.Timeout is { } timeout ? context.CurrentUtcDateTime + timeout : (DateTime?)null;
        var response = await SendAsync(context, request).ConfigureAwait(true);
        var next = request;
        while (request.AsynchronousPatternEnabled && response.StatusCode == HttpStatusCode.Accepted && Header(response, "Location") is { } location)
        {
            var pollAt = context.CurrentUtcDateTime + PauseOf(response, context);
            if (pollAt > deadline)
            {
                throw new TimeoutException($"The request to {request.Uri} has not ended within {request.Timeout}.");
            }

            await context.CreateTimer(pollAt, CancellationToken.None).ConfigureAwait(true);
            next = new DurableHttpRequest(HttpMethod.Get, new Uri(next.Uri, location))
            {
                Headers = request.Headers,
                HttpRetryOptions = request.HttpRetryOptions,
                Timeout = deadline - context.CurrentUtcDateTime,
            };
            response = await SendAsync(context, next).ConfigureAwait(true);
        }

        return response;
    }

    private static Task<DurableHttpResponse> SendAsync(TaskOrchestrationContext context, DurableHttpRequest request) =>
        context.CallActivityAsync<DurableHttpResponse>(DurableHttpActivity.Name, request, OptionsOf(request.HttpRetryOptions));

    private static TaskOptions? OptionsOf(HttpRetryOptions? retry)
    {
        if (retry is null || retry.MaxNumberOfAttempts < 2)
        {
            return null;
        }

        // The policy takes no retry without delay.
        var first = retry.FirstRetryInterval > TimeSpan.Zero ? retry.FirstRetryInterval : TimeSpan.FromMilliseconds(1);
        return TaskOptions.FromRetryPolicy(new RetryPolicy(
            retry.MaxNumberOfAttempts,
            first,
            Math.Max(1, retry.BackoffCoefficient),
            retry.MaxRetryInterval > first ? retry.MaxRetryInterval : first,
            retry.RetryTimeout == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : retry.RetryTimeout > first ? retry.RetryTimeout : first));
    }

    private static TimeSpan PauseOf(DurableHttpResponse response, TaskOrchestrationContext context) => Header(response, "Retry-After") switch
    {
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
        { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time.UtcDateTime > context.CurrentUtcDateTime => time.UtcDateTime - context.CurrentUtcDateTime,
        _ => ((context as OrchestratorContext)?.Rules ?? EpisodeRules.Default).HttpPollInterval,
    };

    private static string? Header(DurableHttpResponse response, string name) =>
        response.Headers?.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is [{ Length: > 0 } value, ..] ? value : null;
}
