namespace Celerity.Stages.Planning;

/// <summary>Finds where records end in bytes that come buffer by buffer. A CSV line break inside quotes ends none.</summary>
/// <param name="delimiter">What parts the fields, as one ASCII byte.</param>
/// <param name="quotes">Whether a quote at the start of a field opens a quoted field (CSV); <see langword="false"/> where every line is a record.</param>
/// <param name="quote">The quote, as one ASCII byte.</param>
internal struct RecordScanner(byte delimiter, bool quotes, byte quote = (byte)'"')
{
    private const byte LineFeed = (byte)'\n';

    private bool _inQuotes;
    private byte _last = LineFeed;
    private bool _lastClosedQuotes;

    /// <summary>Gets how many line breaks the bytes seen so far held.</summary>
    public long LineBreaks { get; private set; }

    /// <summary>The scanner that cuts a dataset, and finds the records of its chunks again.</summary>
    public static RecordScanner For(DatasetSource source) =>
        new((byte)source.Delimiter, source is { Format: DatasetFormat.Csv, QuotedNewlines: true }, (byte)source.Quote);

    /// <summary>Looks for the end of the record that starts, or goes on, in <paramref name="data"/>.</summary>
    /// <returns>The count of bytes up to and with its line break; -1 where it does not end here, and the next buffer must follow.</returns>
    public int FindEnd(ReadOnlySpan<byte> data)
    {
        if (!quotes)
        {
            var end = data.IndexOf(LineFeed);
            LineBreaks += end < 0 ? 0 : 1;
            return end + (end < 0 ? 0 : 1);
        }

        var position = 0;
        while (true)
        {
            var rest = data[position..];
            var next = _inQuotes ? rest.IndexOfAny(quote, LineFeed) : rest.IndexOfAny(LineFeed, quote);
            if (next < 0)
            {
                Remember(rest, closedQuotes: _lastClosedQuotes && rest.IsEmpty);
                return -1;
            }

            var at = position + next;
            position = at + 1;
            if (data[at] == LineFeed)
            {
                LineBreaks++;
                Remember(data[at..position], closedQuotes: false);
                if (!_inQuotes)
                {
                    return position;
                }

                continue;
            }

            // A quote opens a field only at its start; one that follows a closing quote is an escaped quote: still inside.
            var previous = next > 0 ? data[at - 1] : _last;
            var closes = _inQuotes;
            _inQuotes = !_inQuotes && (previous == delimiter || previous == LineFeed || (_lastClosedQuotes && next == 0));
            Remember(data[at..position], closes);
        }
    }

    private void Remember(ReadOnlySpan<byte> seen, bool closedQuotes)
    {
        _last = seen.IsEmpty ? _last : seen[^1];
        _lastClosedQuotes = closedQuotes;
    }
}
