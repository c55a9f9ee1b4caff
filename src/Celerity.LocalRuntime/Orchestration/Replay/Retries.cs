using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>Calls a task again after a failure, as its options say. All delays are durable timers.</summary>
internal static class Retries
{
    public static Task<string?> RunAsync(TaskOrchestrationContext context, string name, TaskRetryOptions? options, Func<Task<ResultEvent>> call) =>
        options switch
        {
            { Policy: { } policy } => ByPolicyAsync(context, name, policy, call),
            { Handler: { } handler } => ByHandlerAsync(context, name, handler, call),
            _ => OnceAsync(name, call),
        };

    private static async Task<string?> OnceAsync(string name, Func<Task<ResultEvent>> call)
    {
        var attempt = new Attempt(await call().ConfigureAwait(true));
        return attempt.Failure is null ? attempt.Result : throw attempt.ToException(name);
    }

    private static async Task<string?> ByPolicyAsync(TaskOrchestrationContext context, string name, RetryPolicy policy, Func<Task<ResultEvent>> call)
    {
        var firstAttemptAt = context.CurrentUtcDateTime;
        for (var failures = 0; ; failures++)
        {
            var attempt = new Attempt(await call().ConfigureAwait(true));
            if (attempt.Failure is null)
            {
                return attempt.Result;
            }

            if (attempt.NonRetriable)
            {
                throw attempt.ToException(name);
            }

            if (failures + 1 == policy.MaxNumberOfAttempts)
            {
                // Durable Task keeps a timer after the last attempt so that old histories still replay; it counts in the history.
                await context.CreateTimer(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(true);
                throw attempt.ToException(name);
            }

            if (!Handles(policy, attempt.Failure) || IsOver(policy.RetryTimeout, context.CurrentUtcDateTime - firstAttemptAt))
            {
                throw attempt.ToException(name);
            }

            await context.CreateTimer(DelayAfter(policy, failures), CancellationToken.None).ConfigureAwait(true);
        }
    }

    private static async Task<string?> ByHandlerAsync(
        TaskOrchestrationContext context, string name, AsyncRetryHandler handler, Func<Task<ResultEvent>> call)
    {
        var firstAttemptAt = context.CurrentUtcDateTime;
        for (var number = 1; ; number++)
        {
            var attempt = new Attempt(await call().ConfigureAwait(true));
            if (attempt.Failure is null)
            {
                return attempt.Result;
            }

            var retry = new RetryContext(context, number, attempt.Failure, context.CurrentUtcDateTime - firstAttemptAt, CancellationToken.None);
            if (attempt.NonRetriable || !await handler(retry).ConfigureAwait(true))
            {
                throw attempt.ToException(name);
            }
        }
    }

    private static bool IsOver(TimeSpan timeout, TimeSpan elapsed) => timeout != Timeout.InfiniteTimeSpan && elapsed >= timeout;

    private static TimeSpan DelayAfter(RetryPolicy policy, int failures)
    {
        var ms = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, failures);
        return ms < policy.MaxRetryInterval.TotalMilliseconds ? TimeSpan.FromMilliseconds(ms) : policy.MaxRetryInterval;
    }

    private static bool Handles(RetryPolicy policy, TaskFailureDetails failure)
    {
        try
        {
            return policy.Handles(failure);
        }
#pragma warning disable CA1031 // A filter that throws means: no retry.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private readonly struct Attempt(ResultEvent answer)
    {
        public string? Result => answer switch
        {
            TaskCompleted completed => completed.Result,
            SubOrchestrationInstanceCompleted completed => completed.Result,
            _ => null,
        };

        public TaskFailureDetails? Failure => answer switch
        {
            TaskFailed failed => failed.Failure,
            SubOrchestrationInstanceFailed failed => failed.Failure,
            _ => null,
        };

        public bool NonRetriable => answer is TaskFailed { NonRetriable: true } or SubOrchestrationInstanceFailed { NonRetriable: true };

        public TaskFailedException ToException(string name) => new(name, answer.TaskId, Failure!);
    }
}
