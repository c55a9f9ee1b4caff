using System.Buffers;
using System.Text;
using Celerity.Stages.Planning;
using Sylvan.Data.Csv;

namespace Celerity.Stages.Records;

/// <summary>Reads a chunk of CSV records (no header).</summary>
internal sealed class CsvChunkReader : ChunkReader
{
    private const int BufferChars = 32 * 1024;
    private const int MaxRecordChars = 4 * 1024 * 1024;

    private readonly IReadOnlyList<string> _columns;
    private readonly DatasetSource _source;
    private readonly char[] _buffer = ArrayPool<char>.Shared.Rent(BufferChars);
    private CsvDataReader? _csv;
    private int? _openAt = 0;

    public CsvChunkReader(ChunkContent content, IReadOnlyList<string> columns, DatasetSource source, CancellationToken cancellationToken)
        : base(content, RecordScanner.For(source), cancellationToken)
    {
        _columns = columns;
        _source = source;
    }

    public override int GetOrdinal(string column) => FindOrdinal(_columns, column);

    public override ReadOnlySpan<char> GetText(int ordinal) => _csv!.GetFieldSpan(ordinal);

    public override bool TryGet<T>(out T value) =>
        throw new NotSupportedException($"{nameof(TryGet)} reads NDJSON records; read a CSV record field by field.");

    public override void Dispose()
    {
        _csv?.Dispose();
        ArrayPool<char>.Shared.Return(_buffer);
    }

    protected override bool TryNext()
    {
        try
        {
            if (_openAt is { } offset)
            {
                _openAt = null;
                Open(offset);
            }

            while (_csv is { } csv && csv.Read())
            {
                var raw = csv.GetRawRecordSpan();
                if (raw is [.., '\r'] && !IsWhole(raw))
                {
                    return SkipMalformed("holds a carriage return alone, outside of quotes", null);
                }

                if (csv.RowFieldCount <= 1 && raw.Trim("\r\n").IsEmpty)
                {
                    continue;
                }

                RecordCount++;
                if (csv.RowFieldCount != _columns.Count)
                {
                    Reject($"has {csv.RowFieldCount} fields, {(_source.Header ? "the header has" : "there are columns for")} {_columns.Count}");
                }

                return true;
            }

            return false;
        }
        catch (CsvFormatException exception)
        {
            return SkipMalformed(exception.Message, exception);
        }
    }

    private void Open(int offset)
    {
        _csv?.Dispose();
        var options = new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = _source.Delimiter,
            Quote = _source.Quote,
            Escape = _source.Quote,
            BufferSize = BufferChars,
            MaxBufferSize = MaxRecordChars,
        };
        _csv = null;
        _csv = Content.Large is null && Content.Bytes.Length == offset ? null : CsvDataReader.Create(new LineFeedFirst(OpenText(offset)), _buffer, options);
    }

    // The parser takes a carriage return alone for the end of a record, which it is only at the end of the data.
    private bool IsWhole(ReadOnlySpan<char> raw)
    {
        if (Content.Large is not null)
        {
            return false;
        }

        var start = Locate(RecordCount).Offset;
        return Encoding.UTF8.GetCharCount(Content.Bytes.Span[start..]) == raw.Length;
    }

    // Bad quotes or a record without end: it is rejected, and reading goes on behind it. The record's bounds come from the scanner
    // that cut the chunk, because the parser has lost its way.
    private bool SkipMalformed(string reason, Exception? cause)
    {
        if (Content.Large is not null)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange,
                $"Record {RecordNumber + 1} is malformed ({reason}) in a chunk above {ChunkContent.BufferLimitBytes:N0} bytes, where reading cannot go on behind it. Lower the chunk size.",
                cause!);
        }

        RecordCount++;
        Reject(reason);
        var start = Locate(RecordCount - 1).Offset;
        var next = Locate(RecordCount).Offset;
        if (next == start)
        {
            _csv?.Dispose();
            _csv = null;
            return true;
        }

        _openAt = next;
        return true;
    }
}
