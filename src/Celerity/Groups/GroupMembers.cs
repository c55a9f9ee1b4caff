using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>What the tasks of a group must fit, and how they are made to; and the rows that show them before they run.</summary>
internal sealed class GroupMembers(TaskEncoder encoder, MessageSigner signer, ITableStore tables)
{
    private const int RowParallelism = 4;
    private const int MaxLinkBytes = 40 * 1024;

    /// <exception cref="CelerityException">CEL0203: what must travel in the message, its links above all, is too large.</exception>
    public async ValueTask<TaskEnvelope> FitAsync(TaskEnvelope task, CancellationToken cancellationToken)
    {
        var fitting = await encoder.FitAsync(
            encoder.WithPayload(task, task.Payload!.Value, PayloadFormat.Json), TaskEncoder.MaxFirstBytes, cancellationToken).ConfigureAwait(false);
        var bytes = fitting.PayloadRef is null ? 0 : MessageCodec.Encode(fitting).Length;
        return bytes <= TaskEncoder.MaxFirstBytes ? fitting : throw new CelerityException(
            ErrorCodes.TaskTooLarge,
            $"The task '{task.Task}' with all that follows it takes {bytes} bytes; the limit is {TaskEncoder.MaxFirstBytes}. Keep the content in a blob and send its name.");
    }

    /// <exception cref="CelerityException">CEL0203: the callback is too large for the group's row.</exception>
    public static void CheckSize(TaskLink? link)
    {
        if (link is not null && JsonSerializer.SerializeToUtf8Bytes(link, CelerityJson.Options).Length is > MaxLinkBytes and var bytes)
        {
            throw new CelerityException(
                ErrorCodes.TaskTooLarge, $"The callback '{link.Task}' takes {bytes} bytes; the limit is {MaxLinkBytes}. Keep the content in a blob and send its name.");
        }
    }

    /// <exception cref="CelerityException">CEL0280: a link on a queue that takes any message is followed by one on a queue that takes signed ones only.</exception>
    public void CheckFollowers(IReadOnlyList<TaskLink> chain, TaskLink? error)
    {
        foreach (var (at, link) in chain.Index())
        {
            if (signer.FindUnsigned(link.Queue, chain.Skip(at + 1).Append(error)) is { } follower)
            {
                throw new CelerityException(
                    ErrorCodes.FollowerUnsigned,
                    $"'{follower.Task}' goes to the queue '{follower.Queue}', which takes signed messages only, and follows '{link.Task}' on '{link.Queue}', which takes any. "
                    + "Sign both queues, or none. Nothing was sent.");
            }
        }
    }

    /// <summary>Inserts the send rows of tasks. Without the message: the group's own copy is what would be sent again.</summary>
    /// <param name="children">The tasks.</param>
    /// <param name="now">When they were sent.</param>
    /// <param name="run">The run that awaits them; <see langword="null"/> for none.</param>
    /// <param name="stepOf">The place of each in its workflow's document, by its place in the group.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task InsertSendRowsAsync(
        IEnumerable<TaskEnvelope> children, DateTimeOffset now, string? run, Func<int, string?> stepOf, CancellationToken cancellationToken)
    {
        var batches = children
            .Select(child => new SendRow(child.Id, SendRow.Sent, child.Task, child.Queue!, "", now)
            {
                CorrelationId = child.CorrelationId,
                Run = run,
                Step = stepOf(child.Group!.Index),
                PayloadBlob = child.PayloadRef,
            }.ToTableRow())
            .GroupBy(row => row.PartitionKey, StringComparer.Ordinal)
            .SelectMany(rows => rows.Chunk(TableLimits.BatchRows));
        return Parallel.ForEachAsync(
            batches,
            new ParallelOptions { MaxDegreeOfParallelism = RowParallelism, CancellationToken = cancellationToken },
            async (rows, token) => await tables.TryInsertAllAsync(StorageNames.TasksTable, rows, token).ConfigureAwait(false));
    }
}
