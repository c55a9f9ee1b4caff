using System.IO.Compression;
using System.Text.Json;
using MessagePack;

namespace Celerity.Wire;

/// <summary>The bytes of a payload that is not plain JSON in its message: compressed, MessagePack, or both.</summary>
internal static class PayloadCoding
{
    public const string MessagePackType = "application/x-msgpack";
    public const string JsonType = "application/json";
    public const string Gzip = "gzip";
    public const string Brotli = "brotli";

    private static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>Turns JSON into MessagePack of the same members.</summary>
    public static byte[] ToMessagePack(ReadOnlyMemory<byte> json) =>
        MessagePackSerializer.ConvertFromJson(System.Text.Encoding.UTF8.GetString(json.Span));

    /// <summary>Turns MessagePack into JSON.</summary>
    /// <exception cref="CelerityException">CEL0230: it is no MessagePack.</exception>
    public static byte[] FromMessagePack(ReadOnlyMemory<byte> content)
    {
        try
        {
            return System.Text.Encoding.UTF8.GetBytes(MessagePackSerializer.ConvertToJson(content, Untrusted));
        }
        catch (MessagePackSerializationException exception)
        {
            throw new CelerityException(ErrorCodes.PayloadUnreadable, $"The payload is no MessagePack: {exception.Message}", exception);
        }
    }

    /// <summary>Compresses; <see langword="null"/> where that saves nothing.</summary>
    public static byte[]? TryCompress(ReadOnlyMemory<byte> content, string encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream packer = encoding == Gzip
            ? new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)
            : new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packer.Write(content.Span);
        }

        return compressed.Length < content.Length ? compressed.ToArray() : null;
    }

    /// <summary>Reads all of a payload as JSON.</summary>
    /// <param name="content">The bytes as they were sent.</param>
    /// <param name="encoding"><see cref="Gzip"/>, <see cref="Brotli"/>, or <see langword="null"/> where they are not compressed.</param>
    /// <param name="type"><see cref="MessagePackType"/>, or <see cref="JsonType"/> or <see langword="null"/> for JSON.</param>
    /// <param name="limit">How many bytes it may have, unpacked: reading stops there, so that a small message cannot fill the memory.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CelerityException">CEL0230: it cannot be read, or is larger than <paramref name="limit"/>.</exception>
    public static async ValueTask<JsonElement> ReadAsync(Stream content, string? encoding, string? type, int limit, CancellationToken cancellationToken)
    {
        try
        {
            var unpacked = Unpack(content, encoding);
            await using (unpacked.ConfigureAwait(false))
            {
                var bytes = await ReadBoundedAsync(unpacked, limit, cancellationToken).ConfigureAwait(false);
                return type switch
                {
                    null or JsonType => Parse(bytes),
                    MessagePackType => Parse(FromMessagePack(bytes)),
                    _ => throw new CelerityException(
                        ErrorCodes.PayloadUnreadable, $"The payload's contentType is '{JsonFields.Short(type)}'; it must be {JsonType} or {MessagePackType}."),
                };
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException)
        {
            throw new CelerityException(ErrorCodes.PayloadUnreadable, $"The payload cannot be read: {exception.Message}", exception);
        }
    }

    private static Stream Unpack(Stream content, string? encoding) => encoding switch
    {
        null => content,
        Gzip => new GZipStream(content, CompressionMode.Decompress),
        Brotli => new BrotliStream(content, CompressionMode.Decompress),
        _ => throw new CelerityException(
            ErrorCodes.PayloadUnreadable, $"The payload's contentEncoding is '{JsonFields.Short(encoding)}'; it must be {Gzip} or {Brotli}."),
    };

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBoundedAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (bytes.Length + count > limit)
            {
                throw new CelerityException(
                    ErrorCodes.PayloadUnreadable, $"The payload has more than {limit:N0} bytes when it is unpacked; that is the limit.");
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
