using System.Text.Json;
using Celerity.Storage;
using Celerity.Wire;
using Microsoft.Extensions.Options;

namespace Celerity.Tasks;

/// <summary>Reads a task's payload, wherever and however it was written.</summary>
internal sealed class PayloadReader(IBlobStore blobs, IOptions<SendingOptions> options)
{
    private readonly int _limit = options.Value.MaxPayloadBytes;

    /// <exception cref="CelerityException">CEL0209: its blob is missing; CEL0230: it cannot be read, or is too large.</exception>
    public ValueTask<JsonElement?> ReadAsync(TaskEnvelope envelope, CancellationToken cancellationToken) => ReadAsync(envelope, _limit, cancellationToken);

    /// <summary>Reads one that has at most <paramref name="limit"/> bytes.</summary>
    /// <exception cref="CelerityException">CEL0209: its blob is missing; CEL0230: it cannot be read, or is too large.</exception>
    public async ValueTask<JsonElement?> ReadAsync(TaskEnvelope envelope, int limit, CancellationToken cancellationToken) => envelope.PayloadRef is { } name
        ? await ReadBlobAsync(envelope, name, limit, cancellationToken).ConfigureAwait(false)
        : await ReadInlineAsync(envelope, limit, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a payload that is in its message.</summary>
    /// <exception cref="CelerityException">CEL0230: it cannot be read, or has more than <paramref name="limit"/> bytes when it is unpacked.</exception>
    public static async ValueTask<JsonElement?> ReadInlineAsync(TaskEnvelope envelope, int limit, CancellationToken cancellationToken)
    {
        if (envelope is { ContentEncoding: null, ContentType: null or PayloadCoding.JsonType })
        {
            return envelope.Payload;
        }

        var bytes = envelope.Payload is { ValueKind: JsonValueKind.String } text && text.TryGetBytesFromBase64(out var decoded)
            ? decoded
            : throw new CelerityException(
                ErrorCodes.PayloadUnreadable, $"The payload of '{envelope.Task}' has a contentEncoding or contentType; then it must be base64 of the bytes.");
        return await PayloadCoding.ReadAsync(new MemoryStream(bytes), envelope.ContentEncoding, envelope.ContentType, limit, cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<JsonElement?> ReadBlobAsync(TaskEnvelope envelope, string name, int limit, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await blobs.OpenReadAsync(StorageNames.PayloadsContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return await PayloadCoding.ReadAsync(stream, envelope.ContentEncoding, envelope.ContentType, limit, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (BlobGoneException exception)
        {
            throw new CelerityException(
                ErrorCodes.PayloadMissing, $"The payload of '{envelope.Task}' lies in the blob '{name}', which is not there any more.", exception);
        }
    }
}
