using System.Buffers;
using System.Text;
using System.Text.Json;
using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>A message of several tasks in the making. Payloads are written straight into its buffer.</summary>
/// <remarks>An item's defaults are left out, its delivery too: two copies of a pack are the same delivery, and each item gets its own when it leaves.</remarks>
internal sealed class Pack : IDisposable
{
    /// <summary>What a pack has at most.</summary>
    public const int MaxBytes = 60 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(MaxBytes + 4096);
    private readonly Utf8JsonWriter _json = new(Stream.Null);
    private readonly List<(Guid Id, PackTemplate Template, Range Bytes)> _tracked = [];
    private DateTimeOffset _now;
    private int _shard;

    private static ReadOnlySpan<byte> Opening => """{"v":1,"batch":["""u8;

    private static ReadOnlySpan<byte> Closing => "]}"u8;

    /// <summary>How many tasks of a name fit into a pack at most: with an empty payload and no options.</summary>
    public static int MostTasks(string name) => (MaxBytes - Opening.Length - Closing.Length)
        / ($$"""{"id":"{{Guid.Empty}}","payload":{},"task":"{{name}}"}""".Length + 1);

    public string Queue { get; private set; } = "";

    public DateTimeOffset? DueAt { get; private set; }

    public int Count { get; private set; }

    /// <summary>Starts anew: its tasks' ids will lie in one partition.</summary>
    public void Begin(PackTemplate template, DateTimeOffset now, int shard)
    {
        (Queue, DueAt) = (template.Queue, template.DueAt);
        (_now, _shard, Count) = (now, shard, 0);
        _tracked.Clear();
        _buffer.ResetWrittenCount();
        _buffer.Write(Opening);
    }

    /// <summary>Writes a task into the pack.</summary>
    /// <returns>Its id; <see langword="null"/> where it does not fit any more, and the pack is as before.</returns>
    public Guid? TryAdd(PackTemplate template, object payload, Type payloadType)
    {
        var before = _buffer.WrittenCount;
        var id = TaskIds.New(_now, _shard);
        if (Count > 0)
        {
            _buffer.Write(","u8);
        }

        var start = _buffer.WrittenCount;
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("id"u8, id);
        _json.WritePropertyName("payload"u8);
        TaskPayload.WriteTo(_json, payload, payloadType);
        _json.Flush();
        _buffer.Write(","u8);
        _buffer.Write(template.Rest);
        if (_buffer.WrittenCount + Closing.Length > MaxBytes)
        {
            Truncate(before);
            return null;
        }

        if (template.Settings.Tracking == TaskTracking.Full)
        {
            _tracked.Add((id, template, start.._buffer.WrittenCount));
        }

        Count++;
        return id;
    }

    public string ToMessage()
    {
        _buffer.Write(Closing);
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }

    /// <summary>The send rows of the tasks that are tracked in full.</summary>
    public IEnumerable<TableRow> ToRows()
    {
        foreach (var (id, template, bytes) in _tracked)
        {
            yield return new SendRow(
                id.ToString(), SendRow.Enqueued, template.Settings.Name, Queue, Encoding.UTF8.GetString(_buffer.WrittenSpan[bytes]), _now)
            {
                DueAt = DueAt,
                CorrelationId = template.Envelope.CorrelationId,
            }.ToTableRow();
        }
    }

    public void Dispose() => _json.Dispose();

    private void Truncate(int length)
    {
        var kept = _buffer.WrittenSpan[..length].ToArray();
        _buffer.ResetWrittenCount();
        _buffer.Write(kept);
    }
}
