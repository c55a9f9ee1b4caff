using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Stages.Planning;

namespace Celerity.Stages.Records;

/// <summary>Reads a chunk of JSON values, one a line.</summary>
internal sealed class NdjsonChunkReader(ChunkContent content, CancellationToken cancellationToken)
    : ChunkReader(content, new RecordScanner(delimiter: 0, quotes: false), cancellationToken)
{
    internal static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true, Converters = { new JsonStringEnumConverter() } };

    private const int MaxLineChars = 4 * 1024 * 1024;

    private readonly char[] _buffer = new char[4096];
    private readonly StringBuilder _part = new();
    private TextReader? _text;
    private int _at;
    private int _filled;
    private string _line = "";
    private JsonDocument? _document;

    public override int GetOrdinal(string column) => 0;

    public override ReadOnlySpan<char> GetText(int ordinal) => _line;

    public override bool TryGet<T>(out T value)
    {
        try
        {
            value = _document!.Deserialize<T>(Options)!;
            return value is not null;
        }
        catch (JsonException)
        {
            value = default!;
            return false;
        }
    }

    public override void Dispose()
    {
        _document?.Dispose();
        _text?.Dispose();
    }

    protected override bool TryNext()
    {
        _text ??= OpenText();
        while (ReadLine(_text) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            RecordCount++;
            _line = line;
            _document?.Dispose();
            _document = null;
            try
            {
                _document = JsonDocument.Parse(line);
            }
            catch (JsonException exception)
            {
                Reject($"is not JSON: {exception.Message}");
            }

            return true;
        }

        return false;
    }

    // The lines that the chunk was cut by: they end with a line feed, while a text reader would end them at a carriage return too.
    private string? ReadLine(TextReader text)
    {
        _part.Clear();
        while (true)
        {
            if (_at == _filled)
            {
                (_at, _filled) = (0, text.Read(_buffer, 0, _buffer.Length));
                if (_filled == 0)
                {
                    return _part.Length == 0 ? null : _part.ToString();
                }
            }

            var rest = _buffer.AsSpan(_at, _filled - _at);
            var end = rest.IndexOf('\n');
            _part.Append(end < 0 ? rest : rest[..end]);
            if (_part.Length > MaxLineChars)
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange, $"Record {RecordNumber + 1} is longer than {MaxLineChars:N0} characters. Check the dataset's line breaks.");
            }

            _at += end < 0 ? rest.Length : end + 1;
            if (end >= 0)
            {
                return _part.ToString().TrimEnd('\r');
            }
        }
    }
}
