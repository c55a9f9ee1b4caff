using System.Buffers;
using System.Text;
using Celerity.Storage;
using Sylvan.Data.Csv;

namespace Celerity.Stages.Planning;

/// <summary>What the first bytes of a dataset tell: where its records start, and its columns.</summary>
/// <param name="Columns">The CSV header's names; empty for NDJSON and for an empty blob.</param>
/// <param name="Start">Where the first record starts.</param>
internal sealed record DatasetHeader(IReadOnlyList<string> Columns, CutPosition Start)
{
    /// <summary>The longest header in bytes: it travels in every slice message.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the header with one ranged request.</summary>
    /// <exception cref="CelerityException">CEL0307: there is no end of the header within <see cref="MaxHeaderBytes"/>.</exception>
    public static async ValueTask<DatasetHeader> ReadAsync(
        IBlobStore blobs, DatasetSource source, BlobFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Length == 0)
        {
            return new DatasetHeader([], new CutPosition(0, 1, 1));
        }

        var buffer = ArrayPool<byte>.Shared.Rent(MaxHeaderBytes + 3);
        try
        {
            var length = Math.Min(MaxHeaderBytes + 3, facts.Length);
            var stream = await blobs.OpenReadAsync(source.Container, source.Blob, 0, length, facts.ETag, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var read = await stream.ReadAtLeastAsync(
                    buffer.AsMemory(0, (int)length), (int)length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return Parse(buffer.AsSpan(0, read), source, wholeBlob: read == facts.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static DatasetHeader Parse(ReadOnlySpan<byte> head, DatasetSource source, bool wholeBlob)
    {
        var mark = head.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        if (source.Format == DatasetFormat.Ndjson)
        {
            return new DatasetHeader([], new CutPosition(mark, 1, 1));
        }

        var scanner = new RecordScanner((byte)source.Delimiter, quotes: true);
        var end = scanner.FindEnd(head[mark..]);
        if (end < 0 && !wholeBlob)
        {
            throw new CelerityException(
                ErrorCodes.HeaderTooLong,
                $"The header of '{source.Container}/{source.Blob}' does not end within {MaxHeaderBytes:N0} bytes. Check the delimiter and the quotes of its first line.");
        }

        var line = end < 0 ? head[mark..] : head.Slice(mark, end);
        var columns = ReadColumns(Encoding.UTF8.GetString(line), source.Delimiter);
        CheckHeader(source, line, columns);
        return new DatasetHeader(columns, new CutPosition(mark + line.Length, 1, 1 + scanner.LineBreaks));
    }

    private static void CheckHeader(DatasetSource source, ReadOnlySpan<byte> line, List<string> columns)
    {
        // Line by line with carriage returns alone would be one long header, and a dataset without a record.
        var at = line.TrimEnd("\r\n"u8).IndexOf((byte)'\r');
        if (at >= 0 && line[at + 1] != '\n' && !line.Contains((byte)'"'))
        {
            throw new CelerityException(
                ErrorCodes.HeaderTooLong,
                $"The header of '{source.Container}/{source.Blob}' ends with a carriage return alone. Write the dataset with line feeds (or both).");
        }

        var length = CelerityJson.Write(columns).Length;
        if (length > MaxHeaderBytes)
        {
            throw new CelerityException(
                ErrorCodes.HeaderTooLong,
                $"The column names of '{source.Container}/{source.Blob}' take {length:N0} bytes as JSON; the limit is {MaxHeaderBytes:N0}. Shorten them.");
        }
    }

    private static List<string> ReadColumns(string line, char delimiter)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return [];
        }

        using var reader = CsvDataReader.Create(new StringReader(line), new CsvDataReaderOptions { Delimiter = delimiter, HasHeaders = true });
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }
}
