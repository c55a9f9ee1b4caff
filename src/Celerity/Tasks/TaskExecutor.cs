using Celerity.Admission;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Revocation;
using Celerity.Tasks.Batching;
using Celerity.Tasks.Sending;
using Celerity.Workers;
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
    TaskClaims claims,
    Batches batches,
    Intake intake,
    TaskSettlement settlement,
    TaskResend resend,
    DeadLetterStore deadLetters,
    TaskAdmission admission,
    TaskJudge judge,
    Revocations revocations,
    WorkerOptions options,
    TimeProvider time,
    ILogger<TaskExecutor> logger)
{
    /// <summary>Runs one delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="stopping">Fires when the app stops: what has not ended is handed over, at no attempt.</param>
    public async ValueTask RunAsync(TaskDelivery delivery, CancellationToken stopping)
    {
        using var taken = await intake.EnterAsync(stopping).ConfigureAwait(false);
        await PassAsync(delivery, pass => judge.JudgeAsync(pass, stopping), delivery.DequeueCount <= 1, stopping).ConfigureAwait(false);
    }

    /// <summary>Ends the tasks of one delivery that were revoked, and puts the others back; none runs.</summary>
    /// <returns>How many were revoked.</returns>
    public async ValueTask<int> RevokeAsync(TaskDelivery delivery)
    {
        var revoked = 0;
        await PassAsync(delivery, JudgeRevokedAsync, asksFirst: false, CancellationToken.None).ConfigureAwait(false);
        return revoked;

        async ValueTask<TaskVerdict> JudgeRevokedAsync(TaskPass pass)
        {
            if (await revocations.FindAsync(pass, CancellationToken.None).ConfigureAwait(false) is not { } reason)
            {
                return TaskVerdict.PutBack(pass.Row);
            }

            Interlocked.Increment(ref revoked);
            return TaskVerdict.Revoked(reason);
        }
    }

    private async ValueTask PassAsync(TaskDelivery delivery, Func<TaskPass, ValueTask<TaskVerdict>> verdictOf, bool asksFirst, CancellationToken stopping)
    {
        var message = reader.Read(delivery.Body, delivery.MessageId, delivery.Queue);
        foreach (var item in message.Undecodable)
        {
            LogUndecodable(logger, delivery.Queue, item.Id, item.Reason);
            await deadLetters.AddUndecodableAsync(item, delivery.Queue, delivery.InsertedAt ?? time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }

        var passes = message.Tasks.Select(envelope => new TaskPass(
            TaskPass.SentAtOf(envelope) is null ? envelope with { SentAt = delivery.InsertedAt } : envelope,
            delivery.Queue,
            new DeliveryStamp(envelope.Seq, envelope.Delivery, delivery.MessageId, delivery.DequeueCount),
            Guid.NewGuid().ToString("N"))).ToList();
        var isAgain = delivery.DequeueCount >= TaskRules.AloneFromDelivery;
        var mustGoOn = stopping.IsCancellationRequested || (isAgain && (message.IsPack || passes.Any(pass => pass.Envelope.IsIdBorrowed)));

        // Twins in one pack take turns: the second must find what became of the first.
        while (passes.Count > 0)
        {
            var turn = passes.DistinctBy(pass => pass.Envelope.Id).ToList();
            passes = turn.Count == passes.Count ? [] : [.. passes.Except(turn)];
            await (mustGoOn ? SendOnAsync(turn) : RunTurnAsync(turn, verdictOf, asksFirst)).ConfigureAwait(false);
        }
    }

    private Task SendOnAsync(IReadOnlyList<TaskPass> passes) => Parallel.ForEachAsync(
        passes,
        new ParallelOptions { MaxDegreeOfParallelism = options.PackParallelism },
        (pass, _) => resend.SendAsync(pass, CancellationToken.None));

    private async Task RunTurnAsync(IReadOnlyList<TaskPass> passes, Func<TaskPass, ValueTask<TaskVerdict>> verdictOf, bool asksFirst)
    {
        // A later delivery claims first: that its process died is to be counted.
        if (asksFirst)
        {
            passes = await admission.AdmitAsync(passes, CancellationToken.None).ConfigureAwait(false);
        }

        try
        {
            var claimed = await claims.ClaimAsync(passes, CancellationToken.None).ConfigureAwait(false);
            await RunClaimedAsync(claimed, verdictOf).ConfigureAwait(false);
        }
        catch
        {
            await claims.TryReleaseAsync(passes).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunClaimedAsync(IReadOnlyList<TaskPass> passes, Func<TaskPass, ValueTask<TaskVerdict>> verdictOf)
    {
        var ends = new TaskEnds(settlement, time);
        var units = batches.Cut(passes);
        var (next, hasFailed) = (-1, false);
        var running = Math.Max(1, Math.Min(options.PackParallelism, units.Count));
        var allDone = new TaskCompletionSource();
        var others = Enumerable.Range(1, running - 1).Select(_ => Task.Run(RunSomeAsync)).ToList();
        await Task.WhenAll([RunSomeAsync(), .. others]).ConfigureAwait(false);

        async Task RunSomeAsync()
        {
            try
            {
                while (!Volatile.Read(ref hasFailed) && Interlocked.Increment(ref next) is var at && at < units.Count)
                {
                    await (units[at] is [var only] ? SettleAsync(only, await verdictOf(only).ConfigureAwait(false)) : RunTogetherAsync(units[at])).ConfigureAwait(false);
                }

                // Who comes last stores for all; but what has ended does not wait for a neighbour that takes its time.
                if (Interlocked.Decrement(ref running) == 0)
                {
                    allDone.TrySetResult();
                }
                else
                {
                    await allDone.Task.WithinAsync(TaskEnds.LongestWait, time, CancellationToken.None).ConfigureAwait(false);
                }

                await ends.StoreAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                Volatile.Write(ref hasFailed, true);
                allDone.TrySetResult();
                throw;
            }
        }

        // They wait for each other before they run; each is settled as it ends. Where storage fails none is left running unclaimed.
        async Task RunTogetherAsync(IReadOnlyList<TaskPass> unit)
        {
            var judged = unit.Select(async pass => (Pass: pass, Verdict: await verdictOf(pass).ConfigureAwait(false))).ToList();
            try
            {
                await foreach (var one in Task.WhenEach(judged).ConfigureAwait(false))
                {
                    var (pass, verdict) = await one.ConfigureAwait(false);
                    await SettleAsync(pass, verdict).ConfigureAwait(false);
                }
            }
            finally
            {
                await ((Task)Task.WhenAll(judged)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Task SettleAsync(TaskPass pass, TaskVerdict verdict) =>
            settlement.SettleAsync(pass, verdict, registry.TrackingOf(pass.Envelope.Task), ends, CancellationToken.None).AsTask();
    }

    [LoggerMessage(2020, LogLevel.Error, "Message {Id} on queue {Queue} is a dead letter: {Reason}")]
    private static partial void LogUndecodable(ILogger logger, string queue, string id, string reason);
}
