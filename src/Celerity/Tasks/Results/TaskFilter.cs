using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks.Results;

/// <summary>Tells whether a task is among those that are asked for.</summary>
internal sealed class TaskFilter(TaskListQuery query, PayloadText payloads)
{
    private const int MaxTextChars = 200;

    /// <summary>Gets whether the messages themselves must be read.</summary>
    public bool ReadsMessages => query is not { Tag: null, Text: null };

    /// <exception cref="CelerityException">CEL0308: a value cannot be looked for.</exception>
    public static void Check(TaskListQuery query)
    {
        if (query.Text is { Length: 0 or > MaxTextChars })
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"text has {query.Text.Length} characters; it must be 1 to {MaxTextChars}.");
        }

        if (query.From >= query.To)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"from is {query.From:O} and to {query.To:O}; from must be before to.");
        }
    }

    /// <summary>Tells it of a task and its row of the send, which has its message where <see cref="ReadsMessages"/>.</summary>
    public async ValueTask<bool> FitsAsync(TaskRecord task, TableRow? send, CancellationToken cancellationToken) =>
        (query.State is null || task.State == query.State)
        && (query.Task is null || string.Equals(task.Task, query.Task, StringComparison.OrdinalIgnoreCase))
        && (query.Queue is null || task.Queue == query.Queue)
        && (query.Run is null || task.Run == query.Run)
        && (query.CorrelationId is null || task.CorrelationId == query.CorrelationId)
        && (!ReadsMessages || (send?.FindBytes("message") is { } message
            && MessageCodec.Decode(message, task.Id).Tasks is [var envelope, ..]
            && await FitsAsync(envelope, cancellationToken).ConfigureAwait(false)));

    private async ValueTask<bool> FitsAsync(TaskEnvelope envelope, CancellationToken cancellationToken) =>
        (query.Tag is null || envelope.Tags.Contains(query.Tag))
        && (query.Text is null || (await payloads.FindAsync(envelope, cancellationToken).ConfigureAwait(false))?.Contains(query.Text, StringComparison.OrdinalIgnoreCase) == true);
}
