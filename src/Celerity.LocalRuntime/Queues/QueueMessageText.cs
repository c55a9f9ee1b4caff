using System.Text;
using Azure.Storage.Queues;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Turns what stands in the queue into a body, and back.</summary>
internal static class QueueMessageText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a body; <see langword="null"/> when the text is not in the expected encoding.</summary>
    public static BinaryData? TryDecode(string text, QueueMessageEncoding encoding)
    {
        if (encoding == QueueMessageEncoding.None)
        {
            return BinaryData.FromString(text);
        }

        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? BinaryData.FromBytes(bytes.AsMemory(0, length)) : null;
    }

    public static string Encode(BinaryData body, QueueMessageEncoding encoding) =>
        encoding == QueueMessageEncoding.None ? body.ToString() : Convert.ToBase64String(body.ToMemory().Span);

    /// <summary>Reads a body as text; <see langword="null"/> when it is not UTF-8.</summary>
    public static string? TryReadUtf8(BinaryData body)
    {
        try
        {
            return StrictUtf8.GetString(body.ToMemory().Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
