using System.Text.Json;

namespace Celerity.Stages.Records;

/// <summary>Reads a chunk of JSON values, one a line.</summary>
internal sealed class NdjsonChunkReader(ChunkContent content, CancellationToken cancellationToken)
    : ChunkReader(content, delimiter: 0, quotes: false, cancellationToken)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    private TextReader? _text;
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
        while (_text.ReadLine() is { } line)
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
}
