namespace Celerity;

/// <summary>One step over a dataset: chunks are processed in parallel, each into a partial result, and the partials combined in chunk order.</summary>
/// <typeparam name="TPartial">A partial result. It goes through System.Text.Json and must come back equal; keep it small (some KiB).</typeparam>
/// <typeparam name="TResult">The stage's result, written as JSON.</typeparam>
/// <remarks>
/// A chunk is processed at least once and counted once. Keep sums as integers: then the result is the same to the byte, however the work was spread.
/// A stage object is a singleton and used by many chunks at once.
/// </remarks>
public interface IStage<TPartial, TResult>
{
    /// <summary>Gets the columns a dataset must have (CSV). A dataset that lacks one is refused before anything runs.</summary>
    IReadOnlyList<string> RequiredColumns => [];

    /// <summary>Gets how a failed chunk is retried.</summary>
    ChunkRetry Retry => ChunkRetry.Default;

    /// <summary>Makes the partial result of no records.</summary>
    TPartial Empty();

    /// <summary>Processes one chunk.</summary>
    /// <param name="records">The chunk's records; read them to the end.</param>
    /// <param name="cancellationToken">Fires when the run is cancelled or the app stops.</param>
    /// <returns>The chunk's partial result.</returns>
    /// <remarks>A record that makes no sense is rejected by <see cref="RecordReader.Reject"/>; an exception fails the whole chunk.</remarks>
    ValueTask<TPartial> ProcessAsync(RecordReader records, CancellationToken cancellationToken);

    /// <summary>Joins two neighbours, in chunk order. Must be associative; it may change and return <paramref name="left"/>.</summary>
    TPartial Combine(TPartial left, TPartial right);

    /// <summary>Turns the total into the stage's result.</summary>
    TResult Finish(TPartial total);
}
