namespace Celerity.Stages.Sources;

/// <summary>Bytes as they come, of which those handed out last can be looked at again and taken back.</summary>
internal sealed class PackedBytes(Stream stored) : ForwardStream
{
    // Half of it is handed out at a time at most, so that there is room behind that.
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _handedOut;
    private int _from;
    private int _to;
    private bool _hasEnded;

    /// <summary>Gets what was handed out last and all behind it that is here.</summary>
    public ReadOnlySpan<byte> Recent => _buffer.AsSpan(_handedOut, _to - _handedOut);

    /// <summary>Gets what was not handed out.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(_from, _to - _from);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _handedOut = _from;
        await TryFillAsync(1, cancellationToken).ConfigureAwait(false);
        var count = Math.Min(Math.Min(buffer.Length, BufferBytes / 2), _to - _from);
        _buffer.AsMemory(_from, count).CopyTo(buffer);
        (_handedOut, _from) = (_from, _from + count);
        return count;
    }

    /// <summary>Sees to it that so many bytes are here, not handed out; <see langword="false"/> where there are no more.</summary>
    public async ValueTask<bool> TryFillAsync(int count, CancellationToken cancellationToken)
    {
        while (_to - _from < count && !_hasEnded)
        {
            Recent.CopyTo(_buffer);
            (_handedOut, _from, _to) = (0, _from - _handedOut, _to - _handedOut);
            var read = await stored.ReadAsync(_buffer.AsMemory(_to), cancellationToken).ConfigureAwait(false);
            _to += read;
            _hasEnded = read == 0;
        }

        return _to - _from >= count;
    }

    /// <summary>Takes one byte; -1 at the end.</summary>
    public async ValueTask<int> TakeAsync(CancellationToken cancellationToken) =>
        await TryFillAsync(1, cancellationToken).ConfigureAwait(false) ? _buffer[_handedOut = _from++] : -1;

    /// <summary>Goes on behind so many bytes of <see cref="Recent"/>.</summary>
    public void GoTo(int recent) => _from = _handedOut += recent;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stored.Dispose();
        }

        base.Dispose(disposing);
    }
}
