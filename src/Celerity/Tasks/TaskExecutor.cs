using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Retry;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Logging;

namespace Celerity.Tasks;

/// <summary>One pass over a delivered message. When it returns, every task in it has an outcome stored or a successor sent.</summary>
/// <remarks>
/// No storage call is given the host's token: a claim that is cut off while the app stops would look like a crash.
/// When it throws, storage failed, and the delivery comes again.
/// </remarks>
internal sealed partial class TaskExecutor(
    TaskRegistry registry,
    MessageReader reader,
    ControlRows rows,
    TaskAttempt attempts,
    TaskSettlement settlement,
    TaskResend resend,
    DeadLetterStore deadLetters,
    IEnumerable<ITaskGate> gates,
    IRandomSource random,
    TimeProvider time,
    ILogger<TaskExecutor> logger)
{
    /// <summary>Runs one delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="stopping">Fires when the app stops: what has not ended is handed over, at no attempt.</param>
    public async ValueTask RunAsync(TaskDelivery delivery, CancellationToken stopping)
    {
        var message = reader.Read(delivery.Body, delivery.MessageId, delivery.Queue);
        foreach (var item in message.Undecodable)
        {
            LogUndecodable(logger, delivery.Queue, item.Id, item.Reason);
            await deadLetters.AddUndecodableAsync(item, delivery.Queue, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var envelope in message.Tasks)
        {
            var stamp = new DeliveryStamp(envelope.Seq, envelope.Delivery, delivery.MessageId, delivery.DequeueCount);
            var pass = new TaskPass(envelope, delivery.Queue, stamp, Guid.NewGuid().ToString("N"));
            var mustLeave = delivery.DequeueCount >= TaskRules.AloneFromDelivery && (message.IsPack || envelope.IsIdBorrowed);
            if (mustLeave || stopping.IsCancellationRequested)
            {
                await resend.SendAsync(pass, CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                await RunOneOrReleaseAsync(pass, stopping).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask RunOneOrReleaseAsync(TaskPass pass, CancellationToken stopping)
    {
        try
        {
            await RunOneAsync(pass, stopping).ConfigureAwait(false);
        }
        catch
        {
            // Storage failed and the delivery comes again. That is no crash, and nothing that the task has done.
            await TryReleaseAsync(pass).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask TryReleaseAsync(TaskPass pass)
    {
        try
        {
            await rows.ReleaseAsync(pass.Key, pass.Id, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What failed first is what counts; a claim that stands is no more than a crash too many.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotReleased(logger, pass.Envelope.Task, pass.Envelope.Id, exception);
        }
    }

    private async ValueTask RunOneAsync(TaskPass pass, CancellationToken stopping)
    {
        var task = registry.Find(pass.Envelope.Task);
        var tracking = task?.Settings.Tracking ?? TaskTracking.Full;
        if (MustClaim(pass, tracking))
        {
            var claim = await rows.ClaimAsync(pass.Key, pass.Stamp, pass.Fresh, pass.Id, CancellationToken.None).ConfigureAwait(false);
            if (claim.Verdict == DeliveryVerdict.RepeatEffects)
            {
                await settlement.RepeatEffectsAsync(pass, claim.Row!, CancellationToken.None).ConfigureAwait(false);
            }

            if (claim.Verdict != DeliveryVerdict.Claim)
            {
                LogDropped(logger, pass.Envelope.Task, pass.Envelope.Id, claim.Verdict);
                return;
            }

            pass = pass with { Held = claim.Row };
        }

        var verdict = TaskVerdict.BeforeRun(pass.Row, pass.Envelope, registry, time.GetUtcNow()) ?? await AskGatesAsync(pass).ConfigureAwait(false);
        if (verdict is null)
        {
            var end = await attempts.RunAsync(task!, pass.Envelope, pass.Row.Attempt, stopping).ConfigureAwait(false);
            verdict = TaskVerdict.AfterRun(pass.Row, task!.Settings.Retry, end, random.NextDouble(), time.GetUtcNow());
        }

        await settlement.SettleAsync(pass, verdict, tracking, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask<TaskVerdict?> AskGatesAsync(TaskPass pass)
    {
        foreach (var gate in gates)
        {
            if (await gate.CheckAsync(pass, CancellationToken.None).ConfigureAwait(false) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }

    // Untracked tasks run unclaimed while all is well. A second delivery means that something broke: from then on crashes are counted.
    private static bool MustClaim(TaskPass pass, TaskTracking tracking) =>
        tracking == TaskTracking.Full
        || pass.Stamp.Seq > 0
        || pass.Stamp.DequeueCount > 1
        || pass.Envelope.Reserved
        || pass.Envelope.IdempotencyKey is not null;
}
