using Celerity.Controls;
using Celerity.Handover;
using Celerity.Holding;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks.Logs;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Replaces a task's message by its successor: the successor is sent first, then the control row moves to it.</summary>
internal sealed class TaskHandover(ControlRows rows, IQueueStore queues, TaskEncoder encoder, ControlStore controls, TimeProvider time)
{
    // What is held by an older reading may come after those who let tasks go have looked.
    private static readonly TimeSpan Outdated = TimeSpan.FromSeconds(10);

    /// <summary>Hands a task over.</summary>
    /// <param name="pass">The pass; what it holds decides whether the row is moved or inserted.</param>
    /// <param name="current">The row as it is to go on from: its crashes and failures.</param>
    /// <param name="next">Where it stands, how long it waits, which attempt comes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendNextAsync(TaskPass pass, ControlRow current, TaskVerdict.Next next, CancellationToken cancellationToken)
    {
        var failures = next.Failure is { } failure ? FailureHistory.Merge(current.Failures, [failure]) : current.Failures;
        var successor = SuccessorOf(pass.Envelope, next) with
        {
            Crashes = current.Crashes,
            LastFailure = failures is [.., var last] ? last with { Stack = null } : null,
        };

        // A stranger's message may fill the queue's limit to the last byte, and a successor says more.
        var fitting = await encoder.FitAsync(successor, TaskEncoder.MaxHandoverBytes, cancellationToken).ConfigureAwait(false);
        var body = encoder.Encode(fitting, pass.Queue);
        await queues.SendAsync(QueueOf(pass.Queue, next), body, next.Delay, cancellationToken).ConfigureAwait(false);
        await ConfirmHoldAsync(pass.Queue, next.Hold).ConfigureAwait(false);
        var row = new ControlRow(successor.Seq, successor.Delivery, successor.Attempt, successor.Crashes)
        {
            Subject = successor.Task,
            Group = successor.Group?.Id,
            State = next.State,
            Failures = failures,
            Log = TaskLog.Join(current.Log, next.Log),
        };

        // Refused: another delivery was faster. Its message goes on, and the one just sent becomes an orphan or overtakes it.
        _ = await rows.TryMoveAsync(pass.Key, pass.Held, row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Hands tasks over that are about to be claimed for the first time by this delivery, and were not: their rows stay as they are. The
    /// successors' higher seq lets them claim, as where a process dies between the send and the row's move. Two requests for a message of them.
    /// </summary>
    /// <param name="passes">The passes, of one queue, with what becomes of their tasks.</param>
    /// <param name="cancellationToken">Stops the wait. What was not sent comes again with its message.</param>
    public async ValueTask SendUnclaimedAsync(IEnumerable<(TaskPass Pass, TaskVerdict.Next Next)> passes, CancellationToken cancellationToken)
    {
        foreach (var together in passes.GroupBy(item => (item.Pass.Queue, Target: QueueOf(item.Pass.Queue, item.Next), item.Next.Delay)))
        {
            var successors = new List<TaskEnvelope>();
            foreach (var (pass, next) in together)
            {
                successors.Add(await encoder.FitAsync(SuccessorOf(pass.Envelope, next), TaskEncoder.MaxHandoverBytes, cancellationToken).ConfigureAwait(false));
            }

            foreach (var body in encoder.EncodeAll(successors, together.Key.Queue))
            {
                await queues.SendAsync(together.Key.Target, body, together.Key.Delay, cancellationToken).ConfigureAwait(false);
            }

            await ConfirmHoldAsync(together.Key.Queue, together.First().Next.Hold).ConfigureAwait(false);
        }
    }

    private async ValueTask ConfirmHoldAsync(string queue, Hold? hold)
    {
        if (hold is not null && time.GetUtcNow() - hold.KnownAt > Outdated)
        {
            await controls.AskForRefillAsync(queue, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static TaskEnvelope SuccessorOf(TaskEnvelope envelope, TaskVerdict.Next next) => envelope with
    {
        Seq = envelope.Seq + 1,
        Delivery = Guid.NewGuid().ToString("N"),
        Attempt = next.Attempt,
        Slots = next.Slots,
    };

    private static string QueueOf(string queue, TaskVerdict.Next next) => next.Hold is null ? queue : queue + StorageNames.HeldSuffix;
}
