using System.Text;
using System.Text.Json;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>Prepared tasks as the text that callers keep.</summary>
internal static class PreparedText
{
    private sealed record Content(int V, string Queue, string Message, DateTimeOffset SentAt, DateTimeOffset? DueAt);

    public static PreparedTask Write(SendRow row) =>
        new(row.Id, CelerityJson.Write(new Content(TaskEnvelope.Version, row.Queue, row.Message, row.SentAt, row.DueAt)));

    /// <exception cref="CelerityException">CEL0234: it is no prepared task.</exception>
    public static (TaskEnvelope Envelope, SendRow Row) Read(PreparedTask task)
    {
        try
        {
            var content = CelerityJson.Read<Content>(task.Text);
            if (content is { V: TaskEnvelope.Version, Queue: not null, Message: not null } && QueueName.IsValid(content.Queue)
                && MessageCodec.Decode(Encoding.UTF8.GetBytes(content.Message), task.Id) is { Tasks: [{ Reserved: true } envelope], IsPack: false }
                && envelope.Id == task.Id)
            {
                return (envelope, new SendRow(task.Id, SendRow.Reserved, envelope.Task, content.Queue, content.Message, content.SentAt)
                {
                    DueAt = content.DueAt,
                    CorrelationId = envelope.CorrelationId,
                    Run = envelope.RunId,
                    DebounceKey = envelope.DebounceKey,
                });
            }
        }
        catch (JsonException exception)
        {
            throw Wrong(task, exception);
        }

        throw Wrong(task, null);
    }

    private static CelerityException Wrong(PreparedTask task, Exception? exception) => new(
        ErrorCodes.BadPreparedTask,
        $"The text of '{JsonFields.Short(task.Id)}' is no prepared task, or that of another; it must be the one that PrepareAsync gave with this id.",
        exception);
}
