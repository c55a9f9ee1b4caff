namespace Celerity.Stages.Records;

/// <summary>
/// Puts a line feed before a text. The CSV parser takes the first line break it meets for the text's kind, even inside quotes: a carriage
/// return in the first quoted field would make it read the whole chunk as if lines ended with carriage returns alone.
/// </summary>
internal sealed class LineFeedFirst(TextReader text) : TextReader
{
    private bool _begun;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (_begun || buffer.IsEmpty)
        {
            return text.Read(buffer);
        }

        _begun = true;
        buffer[0] = '\n';
        return 1 + text.Read(buffer[1..]);
    }

    public override int Read()
    {
        if (_begun)
        {
            return text.Read();
        }

        _begun = true;
        return '\n';
    }

    public override int Peek() => _begun ? text.Peek() : '\n';

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            text.Dispose();
        }

        base.Dispose(disposing);
    }
}
