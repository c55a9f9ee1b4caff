namespace Celerity.Stages.Sources;

/// <summary>Passes bytes on up to a limit, so that a small file does not become an endless one.</summary>
/// <param name="content">What is passed on.</param>
/// <param name="limitBytes">How much of it at most.</param>
/// <param name="dataset">What it is, for messages.</param>
internal sealed class BoundedStream(Stream content, long limitBytes, string dataset) : ForwardStream
{
    private long _count;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _count += read;
        return _count <= limitBytes ? read : throw new CelerityException(
            ErrorCodes.StagedTooLarge,
            $"{dataset} grows to more than {limitBytes:N0} bytes when it is unpacked. Split it, or raise Celerity:Stages:{nameof(StageOptions.MaxStagedBytes)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
