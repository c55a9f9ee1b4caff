using Celerity.Stages.Planning;

namespace Celerity.Stages.Sources.KeyRanges;

/// <summary>Takes the ranges of a source of the user's for chunks.</summary>
internal sealed class KeyRangeCutter(IChunkSource source, ChunkListing listing, CancellationToken cancellationToken) : IChunkCutter
{
    private readonly IAsyncEnumerator<string> _ranges = source.ListAsync(listing, cancellationToken).GetAsyncEnumerator(cancellationToken);

    public CutPosition Position => new(0, 1, 0);

    public string? After { get; private set; } = listing.After;

    public async ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken)
    {
        if (!await _ranges.MoveNextAsync().ConfigureAwait(false))
        {
            return null;
        }

        After = _ranges.Current is { Length: > 0 and <= IChunkSource.MaxRangeLength } range
            ? range
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"A range that {source.GetType()} listed has {_ranges.Current?.Length} characters; it must have 1 to {IChunkSource.MaxRangeLength}.");
        return new ChunkEntry(0, 0, 0, 0, 0, 0) { Range = range };
    }

    public ValueTask DisposeAsync() => _ranges.DisposeAsync();
}
