using Celerity.Handover;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks.Sending;

namespace Celerity.Tasks;

/// <summary>Replaces a task's message by its successor: the successor is sent first, then the control row moves to it.</summary>
internal sealed class TaskHandover(ControlRows rows, IQueueStore queues, TaskEncoder encoder)
{
    /// <summary>Hands a task over.</summary>
    /// <param name="pass">The pass; what it holds decides whether the row is moved or inserted.</param>
    /// <param name="current">The row as it is to go on from: its crashes and failures.</param>
    /// <param name="next">Where it stands, how long it waits, which attempt comes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendNextAsync(TaskPass pass, ControlRow current, TaskVerdict.Next next, CancellationToken cancellationToken)
    {
        var failures = next.Failure is { } failure ? FailureHistory.Merge(current.Failures, [failure]) : current.Failures;
        var successor = pass.Envelope with
        {
            Seq = pass.Envelope.Seq + 1,
            Delivery = Guid.NewGuid().ToString("N"),
            Attempt = next.Attempt,
            Crashes = current.Crashes,
            LastFailure = failures is [.., var last] ? last with { Stack = null } : null,
        };

        // A stranger's message may fill the queue's limit to the last byte, and a successor says more.
        var fitting = await encoder.FitAsync(successor, TaskEncoder.MaxHandoverBytes, cancellationToken).ConfigureAwait(false);
        var body = encoder.Encode(fitting, pass.Queue);
        await queues.SendAsync(pass.Queue, body, next.Delay, cancellationToken).ConfigureAwait(false);
        var row = new ControlRow(successor.Seq, successor.Delivery, successor.Attempt, successor.Crashes)
        {
            Subject = successor.Task,
            Group = successor.Group?.Id,
            State = next.State,
            Failures = failures,
        };

        // Refused: another delivery was faster. Its message goes on, and the one just sent becomes an orphan or overtakes it.
        _ = await rows.TryMoveAsync(pass.Key, pass.Held, row, cancellationToken).ConfigureAwait(false);
    }
}
