using System.Text.Json;
using Celerity.Observing;
using Celerity.Retry;
using Celerity.Revocation;
using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>Runs a handler once, in a scope of its own, under the task's time limits, as long as the task is not revoked.</summary>
internal sealed partial class TaskAttempt(
    IServiceScopeFactory scopes,
    PayloadReader payloads,
    ITableStore tables,
    Revocations revocations,
    TaskObservers observers,
    IEnumerable<IFailureRule> failureRules,
    TimeProvider time,
    ILoggerFactory loggers)
{
    /// <summary>What a handler has to end in after its token has fired.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger<TaskAttempt>();
    private readonly IFailureRule[] _failureRules = [.. failureRules];
    private int _zombies;

    /// <summary>Gets how many handlers still run whose attempts are over: they ignored their tokens.</summary>
    public int Zombies => Volatile.Read(ref _zombies);

    public async ValueTask<AttemptEnd> RunAsync(TaskDefinition task, TaskPass pass, CancellationToken stopping)
    {
        var timeLimit = Shorter(task.Settings.TimeLimit, pass.Envelope.TimeLimit);
        var limit = new CancellationTokenSource(timeLimit, time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var progress = new AttemptProgress(pass, tables, observers, time, _logger);
        var signals = new AttemptSignals(pass, progress, observers, time);
        await using (progress.ConfigureAwait(false))
        {
            var run = RunInScopeAsync(task, pass, signals, ReasonToStop, stop.Token);
            while (!run.IsCompleted && !stop.IsCancellationRequested)
            {
                await run.WithinAsync(Revocations.MaxAge, time, stop.Token).ConfigureAwait(false);
                if (!run.IsCompleted && !stop.IsCancellationRequested && await FindRevocationAsync(pass).ConfigureAwait(false) is { } rule)
                {
                    signals.Revoked = rule;
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            }

            if (!run.IsCompleted)
            {
                await run.WithinAsync(Grace, time, CancellationToken.None).ConfigureAwait(false);
            }

            var reason = ReasonToStop();
            if (!run.IsCompleted)
            {
                LeaveBehind(run, task, pass, timeLimit);
                return StoppedFor(reason);
            }

            stop.Dispose();
            limit.Dispose();
            var end = await run.ConfigureAwait(false);
            return end is AttemptEnd.Threw { Exception: OperationCanceledException } && reason != TaskStopReason.None ? StoppedFor(reason) : end;
        }

        TaskStopReason ReasonToStop() => signals.Revoked is not null ? TaskStopReason.Revoked
            : stopping.IsCancellationRequested ? TaskStopReason.Shutdown
            : limit.IsCancellationRequested ? TaskStopReason.TimeLimit
            : TaskStopReason.None;

        AttemptEnd StoppedFor(TaskStopReason reason) => reason switch
        {
            TaskStopReason.Revoked => new AttemptEnd.Revoked(signals.Revoked!),
            TaskStopReason.Shutdown => new AttemptEnd.Stopped(),
            _ => new AttemptEnd.TimedOut(timeLimit),
        };
    }

    private static TimeSpan Shorter(TimeSpan ours, TimeSpan? theirs) => theirs < ours ? theirs.Value : ours;

    // The handler keeps its scope and its token until it ends; what it does then is fenced by the hand-over.
    private void LeaveBehind(Task<AttemptEnd> run, TaskDefinition task, TaskPass pass, TimeSpan timeLimit)
    {
        LogAbandoned(_logger, task.Settings.Name, pass.Envelope.Id, timeLimit, Interlocked.Increment(ref _zombies));
        _ = run.ContinueWith(
            _ => Interlocked.Decrement(ref _zombies), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async ValueTask<string?> FindRevocationAsync(TaskPass pass)
    {
        try
        {
            return await revocations.FindAsync(pass, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Storage is down for a moment: no reason to break off what runs; it is asked again in a few seconds.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotAsked(_logger, pass.Envelope.Task, pass.Envelope.Id, exception);
            return null;
        }
    }

    private async Task<AttemptEnd> RunInScopeAsync(
        TaskDefinition task, TaskPass pass, AttemptSignals signals, Func<TaskStopReason> reasonToStop, CancellationToken cancellationToken)
    {
        var envelope = pass.Envelope;
        var softLimit = (task.Settings.SoftTimeLimit ?? envelope.SoftTimeLimit) is { } ours ? Shorter(ours, envelope.SoftTimeLimit) : default(TimeSpan?);
        using var soft = softLimit is { } wait ? new CancellationTokenSource(wait, time) : null;
        try
        {
            var payload = TaskPayload.Read(
                task.Settings.Name,
                task.PayloadType,
                await payloads.ReadAsync(envelope, cancellationToken).ConfigureAwait(false),
                isCelery: envelope.Celery is not null);
            var logger = loggers.CreateLogger($"Celerity.Tasks.{task.Settings.Name}");
            var context = new TaskContext
            {
                Id = envelope.Id,
                Name = task.Settings.Name,
                Attempt = pass.Row.Attempt,
                Deadline = time.GetUtcNow() + Shorter(task.Settings.TimeLimit, envelope.TimeLimit),
                SentAt = TaskPass.SentAtOf(envelope) ?? envelope.Eta,
                Queue = pass.Queue,
                CorrelationId = envelope.CorrelationId,
                Headers = envelope.Headers,
                Tags = envelope.Tags,
                SoftLimit = soft?.Token ?? CancellationToken.None,
                Logger = logger,
                Signals = signals,
                StopReasonOf = reasonToStop,
            };
            using var logScope = logger.BeginScope(new TaskLogScope(envelope.Id, task.Settings.Name, pass.Row.Attempt, envelope.CorrelationId));
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var outcome = await task.RunAsync(scope.ServiceProvider, payload, context, cancellationToken).ConfigureAwait(false);
                return new AttemptEnd.Returned(outcome, WriteResult(task, outcome.Result));
            }
        }
        catch (ResultRefusedException refused)
        {
            return new AttemptEnd.Threw(refused, refused.Failure);
        }
#pragma warning disable CA1031 // The edge to user code: whatever it throws is this attempt's failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Judge(task, exception);
        }
    }

    private AttemptEnd.Threw Judge(TaskDefinition task, Exception exception)
    {
        try
        {
            return new AttemptEnd.Threw(exception, task.Settings.Errors.For(exception, _failureRules));
        }
#pragma warning disable CA1031 // The edge to user code: a classifier that throws judges nothing, and both causes are kept.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return new AttemptEnd.Threw(
                new AggregateException("The task failed, and so did its classifier.", exception, broken), new Failure(ErrorCategory.Permanent));
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
