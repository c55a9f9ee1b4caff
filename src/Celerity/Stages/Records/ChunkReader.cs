using System.Text;
using Celerity.Stages.Planning;

namespace Celerity.Stages.Records;

/// <summary>What the readers of every format share: counting, rejects, cancellation.</summary>
internal abstract class ChunkReader(ChunkContent content, RecordScanner boundaries, CancellationToken cancellationToken) : RecordReader, IDisposable
{
    private const int MaxKeptRejects = 1000;
    private const int MaxReasonLength = 200;
    private const int MaxTextLength = 1000;
    private const int MaxTextBytes = 4 * MaxTextLength;

    // With a mark to look for, the reader would drop one that a chunk happens to start with: it is text there.
    private static readonly UTF8Encoding WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    private readonly List<RejectedRecord> _rejects = [];
    private bool _currentRejected;
    private (int Records, int Offset, long LineBreaks) _located;

    /// <summary>Gets how many records were read so far, rejected ones included.</summary>
    public int RecordCount { get; protected set; }

    /// <summary>Gets how many were rejected.</summary>
    public int RejectedCount { get; private set; }

    /// <summary>Gets the first 1,000 rejects.</summary>
    public IReadOnlyList<RejectedRecord> Rejects => _rejects;

    public override long RecordNumber => Math.Max(1, content.Entry.FirstRecord) + RecordCount - 1;

    protected ChunkContent Content => content;

    /// <summary>Opens a chunk with the reader of its format.</summary>
    public static ChunkReader Open(DatasetSource source, IReadOnlyList<string> columns, ChunkContent content, CancellationToken cancellationToken) =>
        source.Format switch
        {
            _ when content.Rows is not null => new RowGroupReader(content, columns, cancellationToken),
            DatasetFormat.Csv => new CsvChunkReader(content, columns, source, cancellationToken),
            _ => new NdjsonChunkReader(content, cancellationToken),
        };

    public override bool Read()
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            _currentRejected = false;
            if (!TryNext())
            {
                return false;
            }
        }
        while (_currentRejected);
        return true;
    }

    public override void Reject(string reason)
    {
        if (_currentRejected)
        {
            return;
        }

        _currentRejected = true;
        RejectedCount++;
        if (_rejects.Count < MaxKeptRejects)
        {
            var text = reason.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason;
            _rejects.Add(new RejectedRecord(RecordNumber, FindLine(RecordCount - 1), text, content.BlobName, FindText()));
        }
    }

    public abstract void Dispose();

    /// <summary>The place of a column.</summary>
    protected static int FindOrdinal(IReadOnlyList<string> columns, string column)
    {
        for (var ordinal = 0; ordinal < columns.Count; ordinal++)
        {
            if (string.Equals(columns[ordinal], column, StringComparison.OrdinalIgnoreCase))
            {
                return ordinal;
            }
        }

        throw new CelerityException(
            ErrorCodes.NoSuchColumn, $"There is no column '{column}'. The dataset has: {string.Join(", ", columns)}.");
    }

    /// <summary>Moves to the next record and counts it; rejects it where it is malformed. False after the last.</summary>
    protected abstract bool TryNext();

    protected TextReader OpenText(int offset = 0) => new StreamReader(
        content.Large ?? new MemoryStream(content.Bytes.ToArraySegment().Array!, content.Bytes.ToArraySegment().Offset + offset, content.Bytes.Length - offset, writable: false),
        WithoutMark,
        detectEncodingFromByteOrderMarks: false,
        bufferSize: 16 * 1024,
        leaveOpen: true);

    /// <summary>The byte at which the record after so many of this chunk's starts, and the line breaks before it.</summary>
    protected (int Offset, long LineBreaks) Locate(int records)
    {
        // From where the last search ended: a chunk of bad records would be searched from its start for each of them.
        var (known, offset, linesKnown) = records >= _located.Records ? _located : default;
        var scanner = boundaries;
        var bytes = content.Bytes.Span;
        for (var left = records - known; ;)
        {
            var before = linesKnown + scanner.LineBreaks;
            var end = scanner.FindEnd(bytes[offset..]);
            var length = end < 0 ? bytes.Length - offset : end;
            var blank = length <= 2 && bytes.Slice(offset, length).IndexOfAnyExcept((byte)'\r', (byte)'\n') < 0;
            if ((!blank && left-- == 0) || end < 0)
            {
                _located = end < 0 ? _located : (records, offset, before);
                return (offset, before);
            }

            offset += length;
        }
    }

    /// <summary>The current record as it was written; <see langword="null"/> where that cannot be told.</summary>
    protected virtual string? FindRaw()
    {
        if (content.Large is not null)
        {
            return null;
        }

        var start = Locate(RecordCount - 1).Offset;
        var rest = content.Bytes.Span[start..];
        rest = rest[..Math.Min(rest.Length, MaxTextBytes)];
        var scanner = boundaries;
        var end = scanner.FindEnd(rest);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]).TrimEnd('\r', '\n');
    }

    private string? FindText()
    {
        var raw = FindRaw();
        return raw?.Length > MaxTextLength ? raw[..MaxTextLength] : raw;
    }

    private long? FindLine(int index)
    {
        var entry = content.Entry;
        if (entry.FirstLine == 0)
        {
            return null;
        }

        // One line a record: nothing to look up. The chunk that ends the dataset may lack its last line break; a quoted one may make up for it.
        var isOpen = content.Large is null && content.Bytes.Span is not [.., (byte)'\n'];
        if (entry.Lines == entry.Records - (isOpen ? 1 : 0))
        {
            return entry.FirstLine + index;
        }

        return content.Large is null ? entry.FirstLine + Locate(index).LineBreaks : null;
    }
}
