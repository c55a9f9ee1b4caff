namespace Celerity;

/// <summary>
/// A dataset of your own, such as a database's table. It says into which ranges it is cut, and reads one range; registered by
/// <c>AddChunkSource&lt;T&gt;(name)</c> and named by <see cref="DatasetSource.ChunkSource"/>.
/// </summary>
/// <remarks>A singleton, used by many chunks at once. A range is read once or more; that it gives the same records each time is up to you.</remarks>
public interface IChunkSource
{
    /// <summary>The longest range, in characters: it travels in the slices' messages.</summary>
    const int MaxRangeLength = 128;

    /// <summary>Gets the records' columns.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Lists the ranges, in order, each of which is one chunk. Ask your database page by page: what is listed is not held.</summary>
    /// <param name="listing">Where to begin, and how large the ranges should be.</param>
    /// <param name="cancellationToken">Fires when the app stops.</param>
    /// <returns>Ranges of 1 to <see cref="MaxRangeLength"/> characters, whose meaning is yours.</returns>
    IAsyncEnumerable<string> ListAsync(ChunkListing listing, CancellationToken cancellationToken);

    /// <summary>Reads the records of one range.</summary>
    /// <param name="range">A range that was listed.</param>
    /// <param name="parameters">The <see cref="DatasetSource.Parameters"/> of the dataset.</param>
    /// <param name="cancellationToken">Fires when the run is cancelled or the app stops.</param>
    /// <returns>The records: a value for each column, <see langword="null"/> where there is none. All of a range are held at once.</returns>
    IAsyncEnumerable<IReadOnlyList<object?>> ReadAsync(string range, string? parameters, CancellationToken cancellationToken);
}
