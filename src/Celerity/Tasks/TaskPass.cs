using Celerity.Handover;
using Celerity.Retry;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tasks;

/// <summary>One pass over one delivered task: claim, run, store the outcome and do its effects, or hand over.</summary>
internal sealed class TaskPass(
    TaskRegistry registry,
    ControlRows rows,
    TaskHandover handover,
    TaskEnd end,
    IServiceScopeFactory scopes,
    IJitter jitter,
    TimeProvider time)
{
    private const int MaxCrashes = 3;

    public async ValueTask RunAsync(TaskDelivery delivery, CancellationToken cancellationToken)
    {
        var envelope = delivery.Envelope;
        var handed = new Handed(envelope.Seq, envelope.Delivery ?? "", envelope.Attempt, envelope.Crashes);
        var (action, row) = await rows.ClaimAsync(
            ControlKey.OfTask(delivery.Id), handed, delivery.MessageId, delivery.DequeueCount, cancellationToken).ConfigureAwait(false);
        switch (action)
        {
            case DeliveryAction.Drop:
                return;
            case DeliveryAction.RepeatEffects:
                await end.DoEffectsAsync(delivery, row, cancellationToken).ConfigureAwait(false);
                return;
        }

        delivery = delivery with { Envelope = envelope with { Crashes = row.Crashes } };
        await RunClaimedAsync(delivery, row, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask RunClaimedAsync(TaskDelivery delivery, ControlRow row, CancellationToken cancellationToken)
    {
        var envelope = delivery.Envelope;
        var now = time.GetUtcNow();
        if (row.Crashes >= MaxCrashes)
        {
            await end.AsDeadAsync(delivery, row, Record(delivery, ErrorCategory.Crashed, $"The process died {row.Crashes} times while it ran."), cancellationToken).ConfigureAwait(false);
        }
        else if (envelope.ExpiresAt <= now)
        {
            await end.AsAsync(delivery, row, TaskState.Expired, $"It was to run before {envelope.ExpiresAt:u}.", result: null, cancellationToken).ConfigureAwait(false);
        }
        else if (envelope.Eta > now)
        {
            await handover.SendNextAsync(delivery, row, envelope, envelope.Eta.Value - now, cancellationToken).ConfigureAwait(false);
        }
        else if (registry.Find(envelope.Task) is not { } task)
        {
            var record = Record(delivery, ErrorCategory.Permanent, $"{ErrorCodes.UnknownTask}: This app has no task '{envelope.Task}'.");
            await end.AsDeadAsync(delivery, row, record, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await RunHandlerAsync(delivery, row, task, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask RunHandlerAsync(TaskDelivery delivery, ControlRow row, TaskDefinition task, CancellationToken cancellationToken)
    {
        TaskOutcome outcome;
        try
        {
            outcome = await CallHandlerAsync(delivery, task, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The app stops: the task goes on elsewhere, and this was no attempt. The hand-over must not be cancelled with it.
            await handover.SendNextAsync(delivery, row, delivery.Envelope, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            return;
        }
        catch (Exception exception)
        {
            // The user's code may throw anything: it is the attempt's failure.
            var failure = FailureClassifier.Classify(exception);
            var record = FailureRecord.From(exception, failure.Category, delivery.Envelope.Attempt, time.GetUtcNow());
            await FailAsync(delivery, row, task, failure, record, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        // It has run: its outcome is stored even if the app stops now.
        await SettleAsync(delivery, row, task, outcome, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask<TaskOutcome> CallHandlerAsync(TaskDelivery delivery, TaskDefinition task, CancellationToken cancellationToken)
    {
        var envelope = delivery.Envelope;
        var context = new TaskContext
        {
            Id = delivery.Id,
            Name = task.Name,
            Attempt = envelope.Attempt,
            CorrelationId = envelope.CorrelationId,
            Headers = envelope.Headers ?? new Dictionary<string, string>(),
        };
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await task.RunAsync(scope.ServiceProvider, envelope.Payload, context, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SettleAsync(TaskDelivery delivery, ControlRow row, TaskDefinition task, TaskOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome.Kind)
        {
            case TaskOutcomeKind.Completed:
                var result = outcome.Result is { } value ? CelerityJson.Write(value) : null;
                await end.AsAsync(delivery, row, TaskState.Succeeded, reason: null, result, cancellationToken).ConfigureAwait(false);
                break;
            case TaskOutcomeKind.Discard:
                await end.AsAsync(delivery, row, TaskState.Discarded, outcome.Reason, result: null, cancellationToken).ConfigureAwait(false);
                break;
            case TaskOutcomeKind.DeadLetter:
                await end.AsDeadAsync(delivery, row, Record(delivery, ErrorCategory.Permanent, outcome.Reason ?? ""), cancellationToken).ConfigureAwait(false);
                break;
            case TaskOutcomeKind.Snooze:
                await handover.SendNextAsync(delivery, row, delivery.Envelope, outcome.Delay ?? TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
                break;
            case TaskOutcomeKind.Retry:
                var record = Record(delivery, ErrorCategory.Transient, outcome.Reason ?? "The handler asked to be tried again.");
                await FailAsync(delivery, row, task, new Failure(ErrorCategory.Transient, outcome.Delay), record, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask FailAsync(
        TaskDelivery delivery, ControlRow row, TaskDefinition task, Failure failure, FailureRecord record, CancellationToken cancellationToken)
    {
        var envelope = delivery.Envelope;
        if (RetryDecision.For(task.Retry, envelope.Attempt, failure, jitter.Next()) is not { } delay)
        {
            await end.AsDeadAsync(delivery, row, record, cancellationToken).ConfigureAwait(false);
            return;
        }

        var next = envelope with { Attempt = envelope.Attempt + 1, Failures = FailureRecord.Add(envelope.Failures ?? [], record) };
        await handover.SendNextAsync(delivery, row, next, delay, cancellationToken).ConfigureAwait(false);
    }

    private FailureRecord Record(TaskDelivery delivery, ErrorCategory category, string message) =>
        FailureRecord.From("", message, category, delivery.Envelope.Attempt, time.GetUtcNow());
}
