using System.Text;
using Celerity.Stages.Sources;
using Celerity.Storage;
using Sylvan.Data.Csv;

namespace Celerity.Stages.Planning;

/// <summary>What the first bytes of a dataset tell: where its records start, its columns, and whether it can be read by range.</summary>
/// <param name="Columns">The CSV columns' names; empty for other formats and for an empty blob.</param>
/// <param name="Start">Where the first record starts.</param>
/// <param name="Transcoding">What must be done before it can be read by range, or <see langword="null"/>; the start is then none yet.</param>
internal sealed record DatasetHeader(IReadOnlyList<string> Columns, CutPosition Start, Transcoding? Transcoding = null)
{
    /// <summary>The longest header in bytes: it travels in every slice message.</summary>
    public const int MaxHeaderBytes = 16 * 1024;

    /// <summary>The first bytes that are read: a byte order mark and the longest header.</summary>
    public const int MaxHeadBytes = MaxHeaderBytes + 3;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Gets whether the columns are known: the first bytes of a packed dataset may not reach as far as its header.</summary>
    public bool HasColumns { get; private init; }

    /// <summary>Reads the header with one ranged request; none where the blob is empty.</summary>
    /// <exception cref="CelerityException">CEL0307: there is no end of the header within <see cref="MaxHeaderBytes"/>; CEL0325: the dataset is not packed as it is said to be.</exception>
    public static async ValueTask<DatasetHeader> ReadAsync(
        IBlobStore blobs, DatasetSource source, BlobFacts facts, CancellationToken cancellationToken)
    {
        var stored = await ReadHeadAsync(blobs, source, facts, cancellationToken).ConfigureAwait(false);
        var (transcoding, head) = await Transcoding.FindAsync(source, stored, cancellationToken).ConfigureAwait(false);
        var header = Parse(head.Span, source, isWhole: transcoding is null && stored.Length == facts.Length, mayBreakOff: transcoding is not null && head.Length < MaxHeadBytes);
        return header with { Transcoding = transcoding };
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(IBlobStore blobs, DatasetSource source, BlobFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Length == 0)
        {
            return default;
        }

        var head = new byte[Math.Min(MaxHeadBytes, facts.Length)];
        var stream = await blobs.OpenReadAsync(source.Container, source.Blob, 0, head.Length, facts.ETag, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return head.AsMemory(0, await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false));
        }
    }

    private static DatasetHeader Parse(ReadOnlySpan<byte> head, DatasetSource source, bool isWhole, bool mayBreakOff)
    {
        var mark = head.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var records = new DatasetHeader(source.Columns ?? [], new CutPosition(mark, 1, 1)) { HasColumns = source.Columns is not null };
        if (source.Format != DatasetFormat.Csv || source.Columns is not null || head.Length == mark)
        {
            return records;
        }

        // A header may be blank, which leaves no columns; the first record, whose fields are counted, is not.
        var from = mark;
        while (!source.Header && from < head.Length && head[from] is (byte)'\r' or (byte)'\n')
        {
            from++;
        }

        var scanner = new RecordScanner((byte)source.Delimiter, quotes: true, (byte)source.Quote);
        var end = scanner.FindEnd(head[from..]);
        if (end < 0 && mayBreakOff)
        {
            return records;
        }

        if (end < 0 && !isWhole)
        {
            throw new CelerityException(
                ErrorCodes.HeaderTooLong,
                $"The {(source.Header ? "header" : "first record")} of '{source.Container}/{source.Blob}' does not end within {MaxHeaderBytes:N0} bytes. Check the delimiter and the quotes of its first line.");
        }

        var line = end < 0 ? head[from..] : head.Slice(from, end);
        var columns = ReadColumns(Encoding.UTF8.GetString(line), source);
        CheckHeader(source, line, columns);
        var start = source.Header ? new CutPosition(from + line.Length, 1, 1 + scanner.LineBreaks) : records.Start;
        return new DatasetHeader(columns, start) { HasColumns = true };
    }

    private static void CheckHeader(DatasetSource source, ReadOnlySpan<byte> line, List<string> columns)
    {
        // Line by line with carriage returns alone would be one long header, and a dataset without a record.
        var at = line.TrimEnd("\r\n"u8).IndexOf((byte)'\r');
        if (at >= 0 && line[at + 1] != '\n' && !line.Contains((byte)source.Quote))
        {
            throw new CelerityException(
                ErrorCodes.HeaderTooLong,
                $"The first line of '{source.Container}/{source.Blob}' ends with a carriage return alone. Write the dataset with line feeds (or both).");
        }

        var length = CelerityJson.Write(columns).Length;
        if (length > MaxHeaderBytes)
        {
            throw new CelerityException(
                ErrorCodes.HeaderTooLong,
                $"The column names of '{source.Container}/{source.Blob}' take {length:N0} bytes as JSON; the limit is {MaxHeaderBytes:N0}. Shorten them.");
        }
    }

    private static List<string> ReadColumns(string line, DatasetSource source)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return [];
        }

        var options = new CsvDataReaderOptions { Delimiter = source.Delimiter, Quote = source.Quote, Escape = source.Quote, HasHeaders = source.Header };
        using var reader = CsvDataReader.Create(new StringReader(line), options);
        var columns = Enumerable.Range(0, reader.FieldCount);
        return [.. source.Header ? columns.Select(reader.GetName) : columns.Select(column => $"c{column + 1}")];
    }
}
