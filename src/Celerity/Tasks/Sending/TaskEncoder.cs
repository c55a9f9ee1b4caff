using System.Text;
using System.Text.Json;
using Celerity.Storage;
using Celerity.Wire;
using Microsoft.Extensions.Options;

namespace Celerity.Tasks.Sending;

/// <summary>Writes tasks as messages: packs payloads, moves to a blob what would not fit, signs.</summary>
internal sealed class TaskEncoder(IBlobStore blobs, IOptions<SendingOptions> options, MessageSigner signer)
{
    /// <summary>What a first message may have: the rest is for what hand-overs add.</summary>
    public const int MaxFirstBytes = 48 * 1024;

    /// <summary>What any later message may have: the rest is for the signature.</summary>
    public const int MaxHandoverBytes = MessageCodec.MaxMessageBytes - 512;

    private readonly SendingOptions _options = options.Value;

    /// <summary>Gives an envelope its payload as it travels: MessagePack where asked, compressed above a size, base64 where it is not JSON.</summary>
    /// <exception cref="CelerityException">CEL0203: the payload is larger than the limit.</exception>
    public TaskEnvelope WithPayload(TaskEnvelope envelope, JsonElement payload, PayloadFormat format)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(payload);
        var content = format == PayloadFormat.MessagePack ? PayloadCoding.ToMessagePack(json) : json;
        if (Math.Max(content.Length, json.Length) > _options.MaxPayloadBytes)
        {
            throw new CelerityException(
                ErrorCodes.TaskTooLarge,
                $"The payload of '{envelope.Task}' has {json.Length:N0} bytes; the limit is {_options.MaxPayloadBytes:N0} (Celerity:Sending:MaxPayloadBytes). Keep the content in a blob and send its name.");
        }

        var encoding = content.Length < _options.CompressAboveBytes ? null : _options.Compression switch
        {
            PayloadCompression.None => null,
            PayloadCompression.Gzip => PayloadCoding.Gzip,
            PayloadCompression.Brotli => PayloadCoding.Brotli,
            _ => throw new InvalidOperationException($"'{_options.Compression}' is no compression."),
        };
        var compressed = encoding is null ? null : PayloadCoding.TryCompress(content, encoding);
        return envelope with
        {
            Payload = format == PayloadFormat.Json && compressed is null ? payload : JsonSerializer.SerializeToElement(compressed ?? content),
            ContentType = format == PayloadFormat.MessagePack ? PayloadCoding.MessagePackType : null,
            ContentEncoding = compressed is null ? null : encoding,
        };
    }

    /// <summary>Moves the payload to a blob where the message would have more than <paramref name="limit"/> bytes.</summary>
    public async ValueTask<TaskEnvelope> FitAsync(TaskEnvelope envelope, int limit, CancellationToken cancellationToken)
    {
        if (envelope.Payload is not { } payload)
        {
            return envelope;
        }

        // Measured by itself first: a large one need not be written only to be measured.
        var text = payload.GetRawText();
        if (text.Length <= limit && MessageCodec.Encode(envelope).Length <= limit)
        {
            return envelope;
        }

        var name = $"{TableKeys.Escape(envelope.Id)}/{envelope.Delivery}";
        var isCoded = envelope.ContentEncoding is not null || envelope.ContentType is not (null or PayloadCoding.JsonType);
        var content = isCoded && payload.ValueKind == JsonValueKind.String && payload.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : Encoding.UTF8.GetBytes(text);
        await blobs.WriteAsync(StorageNames.PayloadsContainer, name, content, cancellationToken).ConfigureAwait(false);
        return envelope with { Payload = null, PayloadRef = name };
    }

    /// <summary>Writes the message, signed where its queue asks for it.</summary>
    public string Encode(TaskEnvelope envelope, string queue) => MessageCodec.Encode(signer.Sign(envelope, queue));

    /// <summary>Writes tasks as messages, several to each where they fit.</summary>
    public IEnumerable<string> EncodeAll(IReadOnlyList<TaskEnvelope> envelopes, string queue)
    {
        var together = new List<TaskEnvelope>();
        var bytes = 0;
        foreach (var envelope in envelopes.Select(envelope => signer.Sign(envelope, queue)))
        {
            var size = MessageCodec.Encode(envelope).Length + 1;
            if (together.Count > 0 && bytes + size > Pack.MaxBytes)
            {
                yield return Written(together);
                (together, bytes) = ([], 0);
            }

            together.Add(envelope);
            bytes += size;
        }

        if (together.Count > 0)
        {
            yield return Written(together);
        }

        static string Written(List<TaskEnvelope> together) => together.Count == 1 ? MessageCodec.Encode(together[0]) : MessageCodec.EncodePack(together);
    }
}
