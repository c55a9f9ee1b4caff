using System.Buffers;

namespace Celerity.Stages.Sources;

/// <summary>
/// Turns a JSON array into lines, one an element, whatever the element is: one that is no JSON stays so, and is rejected when it is read.
/// Only the array itself must be whole.
/// </summary>
/// <param name="json">The array, UTF-8 with or without a byte order mark.</param>
/// <param name="dataset">What it is, for messages.</param>
internal sealed class JsonArrayStream(Stream json, string dataset) : ForwardStream
{
    private const int BufferBytes = 64 * 1024;

    // A line break inside a string is no JSON. It may not end the line, nor become something that is: this is none either.
    private const byte Invalid = 0x01;

    private readonly byte[] _input = ArrayPool<byte>.Shared.Rent(BufferBytes);

    // An element that is missing becomes a blank and a line feed: two bytes for its comma.
    private readonly byte[] _lines = ArrayPool<byte>.Shared.Rent(2 * BufferBytes);
    private int _from;
    private int _to;
    private Place _place;
    private int _depth;
    private bool _isEscaped;
    private bool _hasContent;
    private bool _afterComma;
    private long _elements;
    private bool _isDisposed;

    private enum Place
    {
        BeforeArray,
        InArray,
        InString,
        BehindArray,
        End,
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_from == _to && _place != Place.End)
        {
            (_from, _to) = (0, 0);
            var read = await json.ReadAsync(_input.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                _place = _place == Place.BehindArray ? Place.End : throw Damaged("it ends before its closing bracket");
            }

            foreach (var sign in _input.AsSpan(0, read))
            {
                Take(sign);
            }
        }

        var count = Math.Min(buffer.Length, _to - _from);
        _lines.AsMemory(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            ArrayPool<byte>.Shared.Return(_input);
            ArrayPool<byte>.Shared.Return(_lines);
            json.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(byte sign)
    {
        switch (_place)
        {
            case Place.InString:
                TakeInString(sign);
                break;
            case Place.InArray:
                TakeInArray(sign);
                break;
            case Place.BeforeArray when sign == (byte)'[':
                _place = Place.InArray;
                break;
            case Place.BeforeArray when sign is 0xEF or 0xBB or 0xBF || IsBlank(sign):
            case Place.BehindArray when IsBlank(sign):
                break;
            case Place.BeforeArray:
                throw Damaged("it does not start with a bracket");
            default:
                throw Damaged("something follows its closing bracket");
        }
    }

    private void TakeInString(byte sign)
    {
        Put(sign is (byte)'\n' or (byte)'\r' ? Invalid : sign);
        if (_isEscaped)
        {
            _isEscaped = false;
        }
        else if (sign == (byte)'\\')
        {
            _isEscaped = true;
        }
        else if (sign == (byte)'"')
        {
            _place = Place.InArray;
        }
    }

    private void TakeInArray(byte sign)
    {
        switch (sign)
        {
            case (byte)',' when _depth == 0:
                EndElement();
                _afterComma = true;
                return;
            case (byte)']' when _depth == 0:
                if (_hasContent || _afterComma)
                {
                    EndElement();
                }

                _place = Place.BehindArray;
                return;
            case (byte)'}' when _depth == 0:
                throw Damaged("a brace closes what none has opened");
            case (byte)'[' or (byte)'{':
                _depth++;
                break;
            case (byte)']' or (byte)'}':
                _depth--;
                break;
            case (byte)'"':
                _place = Place.InString;
                break;
            case var _ when IsBlank(sign):
                if (_hasContent)
                {
                    Put((byte)' ');
                }

                return;
        }

        _hasContent = true;
        Put(sign);
    }

    private void EndElement()
    {
        if (!_hasContent)
        {
            Put((byte)' ');
        }

        Put((byte)'\n');
        _hasContent = false;
        _elements++;
    }

    private void Put(byte sign) => _lines[_to++] = sign;

    private static bool IsBlank(byte sign) => sign is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    private CelerityException Damaged(string reason) => new(
        ErrorCodes.DatasetDamaged, $"{dataset} is no JSON array: after {_elements:N0} elements, {reason}. Correct it, or set source.format to ndjson if it has one value a line.");
}
