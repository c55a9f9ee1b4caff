using Celerity.Stages.Records;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>
/// Runs the user's code over chunks. Only so many slices run at once as there are cores, and as many again may have their bytes fetched
/// meanwhile, so that no core waits for the storage: more would only hold more memory.
/// </summary>
internal sealed class ChunkWork(IBlobStore blobs) : IDisposable
{
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);
    private readonly SemaphoreSlim _contents = new(2 * Environment.ProcessorCount);

    /// <summary>Runs chunks of one slice, in order. A failure of one is an outcome; a fault of the storage is thrown and ends them all.</summary>
    public async ValueTask<IReadOnlyList<ChunkOutcome>> RunAsync(
        SliceMessage message, IStageRunner stage, IReadOnlyList<int> chunks, CancellationToken cancellationToken)
    {
        await _contents.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var content = new SliceContent(blobs, message);
            await using (content.ConfigureAwait(false))
            {
                await content.TryPrefetchAsync(chunks[0], chunks[^1], cancellationToken).ConfigureAwait(false);
                return await RunAllAsync(message, stage, content, chunks, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BlobGoneException exception)
        {
            var failure = new CelerityException(ErrorCodes.DatasetChanged, exception.Message + " Start a new run.", exception);
            return [.. chunks.Select(chunk => new ChunkOutcome { Chunk = chunk, Failure = failure })];
        }
        finally
        {
            _contents.Release();
        }
    }

    public void Dispose()
    {
        _cores.Dispose();
        _contents.Dispose();
    }

    private async ValueTask<IReadOnlyList<ChunkOutcome>> RunAllAsync(
        SliceMessage message, IStageRunner stage, SliceContent content, IReadOnlyList<int> chunks, CancellationToken cancellationToken)
    {
        await _cores.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var outcomes = new List<ChunkOutcome>(chunks.Count);
            foreach (var chunk in chunks)
            {
                outcomes.Add(await RunChunkAsync(message, stage, content, chunk, cancellationToken).ConfigureAwait(false));
            }

            return outcomes;
        }
        finally
        {
            _cores.Release();
        }
    }

    private static async ValueTask<ChunkOutcome> RunChunkAsync(
        SliceMessage message, IStageRunner stage, SliceContent content, int chunk, CancellationToken cancellationToken)
    {
        ChunkContent bytes;
        try
        {
            bytes = await content.GetAsync(chunk, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException exception)
        {
            return new ChunkOutcome { Chunk = chunk, Failure = exception };
        }

        using var reader = Open(message, bytes, cancellationToken);
        try
        {
            var partial = await stage.ProcessAsync(reader, cancellationToken).ConfigureAwait(false);
            return new ChunkOutcome
            {
                Chunk = chunk,
                Partial = stage.Write(partial),
                Records = reader.RecordCount,
                Rejected = reader.RejectedCount,
                Rejects = reader.Rejects,
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The user's code may throw anything; it is the chunk's failure, to be classified and told.
            return new ChunkOutcome { Chunk = chunk, Failure = exception };
        }
    }

    private static ChunkReader Open(SliceMessage message, ChunkContent content, CancellationToken cancellationToken)
    {
        var source = message.Source;
        return source.Format == DatasetFormat.Ndjson
            ? new NdjsonChunkReader(content, cancellationToken)
            : new CsvChunkReader(content, message.Columns, source.Delimiter, source.QuotedNewlines, cancellationToken);
    }
}
