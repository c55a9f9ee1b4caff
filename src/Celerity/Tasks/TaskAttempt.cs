using System.Text.Json;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Runs a handler once, in a scope of its own, under the task's time limit.</summary>
internal sealed partial class TaskAttempt(IServiceScopeFactory scopes, PayloadReader payloads, TimeProvider time, ILogger<TaskAttempt> logger)
{
    /// <summary>What a handler has to end in after its token has fired.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async ValueTask<AttemptEnd> RunAsync(TaskDefinition task, TaskEnvelope envelope, int attempt, CancellationToken stopping)
    {
        var limit = new CancellationTokenSource(task.Settings.TimeLimit, time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var run = RunInScopeAsync(task, envelope, attempt, stop.Token);
        await ((Task)run).WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!run.IsCompleted)
        {
            await ((Task)run).WaitAsync(Grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var isStopping = stopping.IsCancellationRequested;
        var isLate = limit.IsCancellationRequested;
        if (!run.IsCompleted)
        {
            // The handler keeps its scope and its token until it ends; what it does then is fenced by the hand-over.
            LogAbandoned(logger, task.Settings.Name, envelope.Id, task.Settings.TimeLimit);
            _ = run.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return isStopping ? new AttemptEnd.Stopped() : new AttemptEnd.TimedOut(task.Settings.TimeLimit);
        }

        stop.Dispose();
        limit.Dispose();
        var end = await run.ConfigureAwait(false);
        return end is AttemptEnd.Threw { Exception: OperationCanceledException } && (isStopping || isLate)
            ? isStopping ? new AttemptEnd.Stopped() : new AttemptEnd.TimedOut(task.Settings.TimeLimit)
            : end;
    }

    private async Task<AttemptEnd> RunInScopeAsync(TaskDefinition task, TaskEnvelope envelope, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            var payload = TaskPayload.Read(
                task.Settings.Name, task.PayloadType, await payloads.ReadAsync(envelope, cancellationToken).ConfigureAwait(false));
            var context = new TaskContext
            {
                Id = envelope.Id,
                Name = task.Settings.Name,
                Attempt = attempt,
                CorrelationId = envelope.CorrelationId,
                Headers = envelope.Headers,
            };
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var outcome = await task.RunAsync(scope.ServiceProvider, payload, context, cancellationToken).ConfigureAwait(false);
                return new AttemptEnd.Returned(outcome, WriteResult(task, outcome.Result));
            }
        }
#pragma warning disable CA1031 // The edge to user code: whatever it throws is this attempt's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new AttemptEnd.Threw(exception);
        }
    }

    private static string? WriteResult(TaskDefinition task, object? result)
    {
        try
        {
            return result is null ? null : JsonSerializer.Serialize(result, result.GetType(), CelerityJson.Options);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CelerityException(
                ErrorCodes.ResultUnwritable, $"The result of '{task.Settings.Name}' cannot be written as JSON: {exception.Message}", exception);
        }
    }
}
