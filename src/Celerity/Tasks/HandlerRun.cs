using System.Text.Json;
using Celerity.Retry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>One call of a handler, in a scope of its own, with what it is given and what comes of it for each task.</summary>
internal sealed class HandlerRun(
    IServiceScopeFactory scopes, PayloadReader payloads, IEnumerable<IFailureRule> failureRules, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly Func<ILogger, int, string, IDisposable?> BatchScope =
        LoggerMessage.DefineScope<int, string>("A batch of {BatchSize} of {TaskName}");

    private readonly IFailureRule[] _failureRules = [.. failureRules];

    /// <summary>Calls the handler for all whose payloads can be read.</summary>
    /// <returns>The ends, in the order of <paramref name="items"/>. It throws nothing.</returns>
    public async Task<IReadOnlyList<AttemptEnd>> RunAsync(TaskDefinition task, IReadOnlyList<AttemptItem> items, CancellationToken cancellationToken)
    {
        using var soft = task.Settings.SoftTimeLimit is { } wait ? new CancellationTokenSource(wait, time) : null;
        var logger = loggers.CreateLogger($"Celerity.Tasks.{task.Settings.Name}");
        var deadline = time.GetUtcNow() + task.Settings.TimeLimit;
        var ends = new AttemptEnd[items.Count];
        var given = new List<HandlerItem>(items.Count);
        var places = new List<int>(items.Count);
        foreach (var (at, item) in items.Index())
        {
            var end = await EndOfAsync(task, async () =>
            {
                var content = await payloads.ReadAsync(item.Pass.Envelope, cancellationToken).ConfigureAwait(false);
                var payload = TaskPayload.Read(task.Settings.Name, task.PayloadType, content, isCelery: item.Pass.Envelope.Celery is not null);
                given.Add(new HandlerItem(payload, ContextOf(task, item, logger, deadline, soft?.Token ?? CancellationToken.None)));
                places.Add(at);
                return null;
            }).ConfigureAwait(false);
            ends[at] = end!;
        }

        if (given.Count == 0)
        {
            return ends;
        }

        using var logScope = task.IsBatched
            ? BatchScope(logger, given.Count, task.Settings.Name)
            : logger.BeginScope(ScopeOf(items[0].Pass, task));

        // What any logger writes is the task's, unless a handler runs several.
        using var kept = task.IsBatched ? null : items[0].Log?.Enter();
        var failed = await EndOfAsync(task, async () =>
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var outcomes = await task.RunAsync(scope.ServiceProvider, given, cancellationToken).ConfigureAwait(false);
                CheckCount(task, outcomes, given.Count);
                foreach (var (at, outcome) in outcomes.Index())
                {
                    ends[places[at]] = (await EndOfAsync(task, async () =>
                    {
                        await task.CheckAsync(scope.ServiceProvider, given[at].Payload, outcome, cancellationToken).ConfigureAwait(false);
                        return new AttemptEnd.Returned(outcome, WriteResult(task, outcome.Result));
                    }).ConfigureAwait(false))!;
                }

                return null;
            }
        }).ConfigureAwait(false);
        return failed is null ? ends : [.. ends.Select((end, at) => places.Contains(at) ? failed : end)];
    }

    private static TaskLogScope ScopeOf(TaskPass pass, TaskDefinition task) =>
        new(pass.Envelope.Id, task.Settings.Name, pass.Row.Attempt, pass.Envelope.CorrelationId, pass.Envelope.RunId);

    private TaskContext ContextOf(TaskDefinition task, AttemptItem item, ILogger logger, DateTimeOffset deadline, CancellationToken softLimit) => new()
    {
        Id = item.Pass.Envelope.Id,
        Name = task.Settings.Name,
        Attempt = item.Pass.Row.Attempt,
        Deadline = deadline,
        SentAt = TaskPass.SentAtOf(item.Pass.Envelope) ?? item.Pass.Envelope.Eta,
        Queue = item.Pass.Queue,
        CorrelationId = item.Pass.Envelope.CorrelationId,
        Headers = item.Pass.Envelope.Headers,
        Tags = item.Pass.Envelope.Tags,
        SoftLimit = softLimit,
        Logger = new TaskLogger(logger, item, task.IsBatched ? ScopeOf(item.Pass, task) : null, time),
        Signals = item.Signals,
        StopReasonOf = () => item.StopReason,
    };

    private static void CheckCount(TaskDefinition task, IReadOnlyList<TaskOutcome>? outcomes, int expected)
    {
        if (outcomes?.Count != expected || outcomes.Contains(null!))
        {
            var found = outcomes is null ? "nothing" : outcomes.Count != expected ? $"{outcomes.Count} outcomes" : "an outcome that is null";
            throw new CelerityException(
                ErrorCodes.BatchOutcomesWrong,
                $"{task.HandlerType.FullName} was given {expected} of '{task.Settings.Name}' and returned {found}. It must return one outcome for each, in their order.");
        }
    }

    private async ValueTask<AttemptEnd?> EndOfAsync(TaskDefinition task, Func<ValueTask<AttemptEnd?>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
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
