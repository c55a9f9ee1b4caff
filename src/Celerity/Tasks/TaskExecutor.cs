using Celerity.Admission;
using Celerity.Circuits;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Observing;
using Celerity.Priorities;
using Celerity.Retry;
using Celerity.Revocation;
using Celerity.Slots;
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
    TaskClaims claims,
    TaskAttempt attempts,
    TaskSettlement settlement,
    TaskResend resend,
    DeadLetterStore deadLetters,
    IEnumerable<ITaskGate> gates,
    TaskAdmission admission,
    ConcurrencySlots slots,
    PriorityGate priorities,
    CircuitBreakers circuits,
    Revocations revocations,
    TaskObservers observers,
    WorkerOptions options,
    IRandomSource random,
    TimeProvider time,
    ILogger<TaskExecutor> logger)
{
    private readonly ITaskGate[] _gates = [.. gates];

    /// <summary>Runs one delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="stopping">Fires when the app stops: what has not ended is handed over, at no attempt.</param>
    public async ValueTask RunAsync(TaskDelivery delivery, CancellationToken stopping) =>
        await PassAsync(delivery, pass => JudgeAsync(pass, stopping), delivery.DequeueCount <= 1, stopping).ConfigureAwait(false);

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

    private async ValueTask PassAsync(TaskDelivery delivery, Func<TaskPass, ValueTask<TaskVerdict>> judge, bool asksFirst, CancellationToken stopping)
    {
        var message = reader.Read(delivery.Body, delivery.MessageId, delivery.Queue);
        foreach (var item in message.Undecodable)
        {
            LogUndecodable(logger, delivery.Queue, item.Id, item.Reason);
            await deadLetters.AddUndecodableAsync(item, delivery.Queue, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
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
            await (mustGoOn ? SendOnAsync(turn) : RunTurnAsync(turn, judge, asksFirst)).ConfigureAwait(false);
        }
    }

    private Task SendOnAsync(IReadOnlyList<TaskPass> passes) => Parallel.ForEachAsync(
        passes,
        new ParallelOptions { MaxDegreeOfParallelism = options.PackParallelism },
        (pass, _) => resend.SendAsync(pass, CancellationToken.None));

    private async Task RunTurnAsync(IReadOnlyList<TaskPass> passes, Func<TaskPass, ValueTask<TaskVerdict>> judge, bool asksFirst)
    {
        // A later delivery claims first: that its process died is to be counted.
        if (asksFirst)
        {
            passes = await admission.AdmitAsync(passes, CancellationToken.None).ConfigureAwait(false);
        }

        try
        {
            var claimed = await claims.ClaimAsync(passes, CancellationToken.None).ConfigureAwait(false);
            await RunClaimedAsync(claimed, judge).ConfigureAwait(false);
        }
        catch
        {
            await claims.TryReleaseAsync(passes).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunClaimedAsync(IReadOnlyList<TaskPass> passes, Func<TaskPass, ValueTask<TaskVerdict>> judge)
    {
        var ends = new TaskEnds(settlement, time);
        var (next, hasFailed) = (-1, false);
        var running = Math.Max(1, Math.Min(options.PackParallelism, passes.Count));
        var allDone = new TaskCompletionSource();
        var others = Enumerable.Range(1, running - 1).Select(_ => Task.Run(RunSomeAsync)).ToList();
        await Task.WhenAll([RunSomeAsync(), .. others]).ConfigureAwait(false);

        async Task RunSomeAsync()
        {
            try
            {
                while (!Volatile.Read(ref hasFailed) && Interlocked.Increment(ref next) is var at && at < passes.Count)
                {
                    var verdict = await judge(passes[at]).ConfigureAwait(false);
                    await settlement.SettleAsync(passes[at], verdict, registry.TrackingOf(passes[at].Envelope.Task), ends, CancellationToken.None)
                        .ConfigureAwait(false);
                }

                // Who comes last stores for all; but what has ended does not wait for a neighbour that takes its time.
                if (Interlocked.Decrement(ref running) == 0)
                {
                    allDone.TrySetResult();
                }
                else
                {
                    await allDone.Task.WaitAsync(TaskEnds.LongestWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
    }

    private async ValueTask<TaskVerdict> JudgeAsync(TaskPass pass, CancellationToken stopping)
    {
        var verdict = TaskVerdict.BeforeRun(pass.Row, pass.Envelope, registry, time.GetUtcNow())
            ?? await AskGatesAsync(pass).ConfigureAwait(false);
        if (verdict is not null)
        {
            return verdict;
        }

        (pass, var next) = await admission.AskAsync(pass, CancellationToken.None).ConfigureAwait(false);
        if (next is not null || stopping.IsCancellationRequested)
        {
            return next ?? TaskVerdict.PutBack(pass.Row);
        }

        var task = registry.Get(pass.Envelope.Task);
        task = task with { Settings = await admission.SettingsOfAsync(task, CancellationToken.None).ConfigureAwait(false) };
        (var leases, next) = await slots.EnterAsync(pass, task.Settings, CancellationToken.None).ConfigureAwait(false);
        if (next is not null)
        {
            return next;
        }

        try
        {
            return await WaitAndRunAsync(task, pass, leases, stopping).ConfigureAwait(false);
        }
        finally
        {
            await ConcurrencySlots.LeaveAsync(leases).ConfigureAwait(false);
        }
    }

    private async ValueTask<TaskVerdict> WaitAndRunAsync(TaskDefinition task, TaskPass pass, IReadOnlyList<SlotLease> leases, CancellationToken stopping)
    {
        // Who has lost a slot stops as when the app stops, and is put back.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource([stopping, .. leases.Select(lease => lease.Lost)]);
        if (pass.StartAt - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (await priorities.TryEnterAsync(pass.Queue, stop.Token).ConfigureAwait(false) is not { } place)
        {
            return TaskVerdict.PutBack(pass.Row);
        }

        using (place)
        {
            return await RunAsync(task, pass, stop.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<TaskVerdict> RunAsync(TaskDefinition task, TaskPass pass, CancellationToken stopping)
    {
        if (!observers.IsEmpty)
        {
            await observers.TellAsync(pass.Event(TaskEventKind.Started, time.GetUtcNow())).ConfigureAwait(false);
        }

        var end = await attempts.RunAsync(task, pass, stopping).ConfigureAwait(false);
        return await circuits.CountAsync(task.Settings, pass, end).ConfigureAwait(false) is { } hold
            ? TaskVerdict.Held(pass.Row, hold)
            : TaskVerdict.AfterRun(pass.Row, task.Settings.Retry, end, random.NextDouble(), time.GetUtcNow());
    }

    private async ValueTask<TaskVerdict?> AskGatesAsync(TaskPass pass)
    {
        foreach (var gate in _gates)
        {
            if (await gate.CheckAsync(pass, CancellationToken.None).ConfigureAwait(false) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }

    [LoggerMessage(2020, LogLevel.Error, "Message {Id} on queue {Queue} is a dead letter: {Reason}")]
    private static partial void LogUndecodable(ILogger logger, string queue, string id, string reason);
}
