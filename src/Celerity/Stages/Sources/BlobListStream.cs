using System.Text.Encodings.Web;
using System.Text.Json;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>A list of blobs as lines, made as they are listed.</summary>
internal sealed class BlobListStream(IAsyncEnumerable<BlobItem> items, CancellationToken cancellationToken) : ForwardStream
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IAsyncEnumerator<BlobItem> _items = items.GetAsyncEnumerator(cancellationToken);
    private ReadOnlyMemory<byte> _line;

    /// <summary>Gets how many were listed.</summary>
    public int Count { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_line.IsEmpty)
        {
            if (!await _items.MoveNextAsync().ConfigureAwait(false))
            {
                return 0;
            }

            var item = _items.Current;
            var line = JsonSerializer.SerializeToUtf8Bytes(new BlobEntry(++Count, item.Name, item.Length, item.ETag), Options);
            _line = (byte[])[.. line, (byte)'\n'];
        }

        var count = Math.Min(buffer.Length, _line.Length);
        _line[..count].CopyTo(buffer);
        _line = _line[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
