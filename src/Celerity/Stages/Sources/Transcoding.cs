using System.Text;

namespace Celerity.Stages.Sources;

/// <summary>What must be done to a dataset that cannot be read by range: it becomes UTF-8 lines, CSV or NDJSON.</summary>
/// <param name="Unzips">Whether it is gzip.</param>
/// <param name="Encoding">What its characters are written in, where that is not UTF-8.</param>
/// <param name="IsArray">Whether it is a JSON array.</param>
/// <param name="Dataset">What it is, for messages.</param>
internal sealed record Transcoding(bool Unzips, Encoding? Encoding, bool IsArray, string Dataset)
{
    /// <summary>Tells from a dataset's settings, its name and its first bytes what must be done; <see langword="null"/> where it can be read by range.</summary>
    /// <returns>What must be done, and the first bytes once it is done.</returns>
    /// <exception cref="CelerityException">CEL0325: it is not what it is said to be.</exception>
    public static async ValueTask<(Transcoding? Transcoding, ReadOnlyMemory<byte> Head)> FindAsync(
        DatasetSource source, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var transcoding = new Transcoding(IsGzip(source, head.Span), null, IsArray: false, $"'{source.Container}/{source.Blob}'");
        var plain = transcoding.Unzips ? await transcoding.DecodeAsync(head, cancellationToken).ConfigureAwait(false) : head;
        transcoding = transcoding with { Encoding = FindEncoding(source, plain.Span), IsArray = source.Format == DatasetFormat.Json };
        return transcoding is { Unzips: false, Encoding: null, IsArray: false }
            ? (null, head)
            : (transcoding, await transcoding.DecodeAsync(head, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The bytes once all is done.</summary>
    public Stream Open(Stream stored)
    {
        var content = Unzips ? new GunzipStream(stored, Dataset) : stored;
        content = Encoding is null ? content : Encoding.CreateTranscodingStream(content, Encoding, Encoding.UTF8);
        return IsArray ? new JsonArrayStream(content, Dataset) : content;
    }

    private static bool IsGzip(DatasetSource source, ReadOnlySpan<byte> head) => source.Compression switch
    {
        DatasetCompression.Gzip => true,
        DatasetCompression.None => false,
        _ => source.Blob.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || head is [0x1F, 0x8B, ..],
    };

    private static Encoding? FindEncoding(DatasetSource source, ReadOnlySpan<byte> head) => source.Encoding switch
    {
        DatasetEncoding.Utf8 => null,
        DatasetEncoding.Utf16LE => Encoding.Unicode,
        DatasetEncoding.Utf16BE => Encoding.BigEndianUnicode,
        _ => head switch
        {
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            _ => null,
        },
    };

    // The first bytes break off somewhere, and that is no fault of the dataset's: what can be read of them is.
    private async ValueTask<ReadOnlyMemory<byte>> DecodeAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var decoded = new byte[Planning.DatasetHeader.MaxHeadBytes];
        var length = 0;
        var content = Open(new MemoryStream(head.ToArray(), writable: false));
        await using (content.ConfigureAwait(false))
        {
            try
            {
                for (var read = -1; read != 0 && length < decoded.Length; length += read)
                {
                    read = await content.ReadAsync(decoded.AsMemory(length), cancellationToken).ConfigureAwait(false);
                }
            }
            catch (CelerityException) when (!Unzips || head.Span is [0x1F, 0x8B, ..])
            {
            }
        }

        return decoded.AsMemory(0, length);
    }
}
