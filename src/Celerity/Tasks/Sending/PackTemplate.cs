using System.Buffers;
using System.Text.Json;
using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>What the tasks of one type and one set of options have in common, written once.</summary>
internal sealed class PackTemplate
{
    public PackTemplate(TaskSettings settings, TaskEnvelope envelope, string queue, DateTimeOffset? dueAt)
    {
        (Settings, Envelope, Queue, DueAt) = (settings, envelope, queue, dueAt);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("task", envelope.Task);
            EnvelopeJson.WriteOptions(json, envelope);
            json.WriteEndObject();
        }

        // Without its opening brace: what follows an item's own members.
        Rest = buffer.WrittenSpan[1..].ToArray();
    }

    public TaskSettings Settings { get; }

    /// <summary>Gets the envelope without id and payload.</summary>
    public TaskEnvelope Envelope { get; }

    public string Queue { get; }

    public DateTimeOffset? DueAt { get; }

    public byte[] Rest { get; }
}
