using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Celerity.Celery;

namespace Celerity.Wire;

/// <summary>Reads queue messages of ours, of strangers and of Celery, plain or base64, and writes ours. Total: no message makes it throw.</summary>
internal static class MessageCodec
{
    /// <summary>What a queue message holds at most.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    // A payload can move to a blob, what follows a task cannot; the rest is for what hand-overs add.
    private const int MaxCeleryBytes = 48 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a message.</summary>
    /// <param name="body">The bytes as they lay on the queue.</param>
    /// <param name="messageId">The queue message's id, which stands in for an id left out.</param>
    /// <param name="findFault">Says of one task's JSON why its signature is not to be trusted; <see langword="null"/> to trust all.</param>
    /// <param name="check">Throws a <see cref="WireFormatException"/> for a task that is not to be taken as it is; <see langword="null"/> to take all.</param>
    public static DecodedMessage Decode(
        ReadOnlyMemory<byte> body, string messageId, Func<JsonElement, string?>? findFault = null, Action<TaskEnvelope>? check = null)
    {
        try
        {
            using var document = JsonDocument.Parse(ToJson(body));
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object)
            {
                throw new WireFormatException($"it is {JsonFields.Kind(json)}, not an object such as {{\"task\":\"name\",\"payload\":{{}}}}");
            }

            CheckVersion(json);
            return json.Find("batch") is { } batch
                ? DecodePack(batch, messageId, findFault, check)
                : new DecodedMessage([ReadTask(json, messageId, findFault, check)], [], IsPack: false);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            return new DecodedMessage([], [new UndecodableItem(messageId, Explain(exception, ""), body)], IsPack: false);
        }
    }

    /// <summary>Writes one task: plain JSON, all ASCII, so that no encoding on its way can change it.</summary>
    public static string Encode(TaskEnvelope envelope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            EnvelopeJson.Write(json, envelope);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes several tasks as one message.</summary>
    public static string EncodePack(IReadOnlyList<TaskEnvelope> envelopes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", TaskEnvelope.Version);
            json.WriteStartArray("batch");
            foreach (var envelope in envelopes)
            {
                EnvelopeJson.Write(json, envelope);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static DecodedMessage DecodePack(
        JsonElement batch, string messageId, Func<JsonElement, string?>? findFault, Action<TaskEnvelope>? check)
    {
        if (batch.ValueKind != JsonValueKind.Array || batch.GetArrayLength() == 0)
        {
            throw new WireFormatException("its 'batch' is no array of tasks");
        }

        var tasks = new List<TaskEnvelope>();
        var undecodable = new List<UndecodableItem>();
        foreach (var (at, item) in batch.EnumerateArray().Index())
        {
            var id = $"{messageId}.{at}";
            try
            {
                if (item.ValueKind != JsonValueKind.Object)
                {
                    throw new WireFormatException($"it is {JsonFields.Kind(item)}, not an object");
                }

                CheckVersion(item);
                tasks.Add(ReadTask(item, id, findFault, check));
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                undecodable.Add(new UndecodableItem(id, Explain(exception, $"item {at} of its pack: "), Encoding.UTF8.GetBytes(item.GetRawText())));
            }
        }

        return new DecodedMessage(tasks, undecodable, IsPack: true);
    }

    private static TaskEnvelope ReadTask(
        JsonElement json, string borrowedId, Func<JsonElement, string?>? findFault, Action<TaskEnvelope>? check)
    {
        if (findFault?.Invoke(json) is { } fault)
        {
            throw new WireFormatException(fault, ErrorCodes.SignatureWrong);
        }

        var envelope = CeleryMessage.IsCelery(json) ? CeleryMessage.Read(json).ToEnvelope(borrowedId) : EnvelopeJson.Read(json, borrowedId);
        check?.Invoke(envelope);

        // What can be read but not be written again could never be handed over.
        var bytes = Encode(envelope).Length;
        if (envelope.Celery is not null && bytes > MaxCeleryBytes && Encode(envelope with { Payload = null }).Length is > MaxCeleryBytes and var rest)
        {
            throw CelerySignature.Fault($"what is to follow it, with its headers, takes {rest} bytes written as ours; the limit is {MaxCeleryBytes}");
        }

        return envelope.Id.Length <= TaskEnvelope.MaxIdChars
            ? envelope
            : throw new WireFormatException($"its id has {envelope.Id.Length} characters; the limit is {TaskEnvelope.MaxIdChars}");
    }

    private static void CheckVersion(JsonElement json)
    {
        if (json.Find("v") is { } version && (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != TaskEnvelope.Version))
        {
            throw new WireFormatException($"its version is {JsonFields.Kind(version)}; this app reads version {TaskEnvelope.Version}", ErrorCodes.MessageVersion);
        }
    }

    /// <summary>Takes the JSON out of a message: plain, or base64 of it.</summary>
    /// <exception cref="WireFormatException">It is neither.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body)
    {
        var text = Trim(body);
        if (text.IsEmpty)
        {
            throw new WireFormatException("it is empty");
        }

        if (text.Span[0] is (byte)'{' or (byte)'[' or (byte)'"')
        {
            return text;
        }

        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text.Span, decoded, out _, out var length) == OperationStatus.Done
            ? Trim(decoded.AsMemory(0, length))
            : throw new WireFormatException("it is neither JSON nor base64 of JSON");
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text)
    {
        var rest = text.Span.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text;
        return rest[(rest.Length - rest.Span.TrimStart(" \t\r\n"u8).Length)..];
    }

    // InvalidOperationException is what a half of a surrogate pair becomes when its string is read.
    private static bool IsUnreadable(Exception exception) =>
        exception is WireFormatException or JsonException or FormatException or InvalidOperationException or ArgumentException;

    private static string Explain(Exception exception, string where) => exception is WireFormatException fault
        ? $"{fault.Code}: {where}{fault.Message}"
        : $"{ErrorCodes.MessageUnreadable}: {where}it cannot be read: {JsonFields.Short(exception.Message.ReplaceLineEndings(" "), 200)}";
}
