using Celerity.Slots;
using Celerity.Stages.Admission;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Records;
using Celerity.Stages.Sources;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Storage;
using Microsoft.Extensions.Logging;

namespace Celerity.Stages.Slices;

/// <summary>
/// Runs the user's code over chunks. Only so many slices run at once as there are cores, and as many again may have their bytes fetched
/// meanwhile, so that no core waits for the storage: more would only hold more memory. Runs share both fairly. Beside small runs bulk fetches nothing ahead: what
/// they ask the storage for would wait behind it.
/// </summary>
internal sealed class ChunkWork(
    IBlobStore blobs, BlobList list, OutputList outputs, ChunkSources sources, ChunkEvents events, StagePaces paces, SmallRuns small, TimeProvider time, ILogger<ChunkWork> logger)
{
    private readonly FairPlaces _cores = new(Environment.ProcessorCount, Environment.ProcessorCount - 1, small);
    private readonly FairPlaces _contents = new(2 * Environment.ProcessorCount, Environment.ProcessorCount - 1, small);

    /// <summary>Runs chunks of one slice, in order. A failure of one is an outcome; a fault of the storage is thrown and ends them all.</summary>
    /// <returns>The outcomes of the first of them: of all, unless <see cref="ChunkTurns.Later"/> says why the rest does not run now.</returns>
    public async ValueTask<IReadOnlyList<ChunkOutcome>> RunAsync(
        SliceMessage message, IStageRunner stage, IReadOnlyList<int> chunks, ChunkTurns turns, CancellationToken cancellationToken)
    {
        if (!await turns.MayBeginAsync(chunks[0], chunks.Count, cancellationToken).ConfigureAwait(false))
        {
            return [];
        }

        if (message.IsBulk)
        {
            small.Bulk(message.Run);
        }
        else
        {
            small.Step(message.Run);
        }

        using var place = await _contents.EnterAsync(message.Run, message.IsBulk, cancellationToken).ConfigureAwait(false);
        try
        {
            var content = new SliceContent(blobs, new SlicePlaces(list, outputs, message), sources, message);
            var output = new PassOutput(blobs, message.Key(), chunks[0], stage.Form);
            await using (content.ConfigureAwait(false))
            await using (output.ConfigureAwait(false))
            {
                await content.TryPrefetchAsync(chunks[0], chunks[^1], cancellationToken).ConfigureAwait(false);
                var outcomes = await RunInTurnAsync(message, stage, content, output, chunks, turns, cancellationToken).ConfigureAwait(false);
                var pieces = await output.CloseAsync(cancellationToken).ConfigureAwait(false);
                await paces.KeepAsync(message.Name, cancellationToken).ConfigureAwait(false);
                return [.. outcomes.Select(outcome => outcome with { Output = pieces.GetValueOrDefault(outcome.Chunk) })];
            }
        }
        catch (BlobGoneException exception)
        {
            var failure = new CelerityException(ErrorCodes.DatasetChanged, exception.Message + " Start a new run.", exception);
            return [.. chunks.Select(chunk => new ChunkOutcome { Chunk = chunk, Failure = failure })];
        }
    }

    private async ValueTask<IReadOnlyList<ChunkOutcome>> RunInTurnAsync(
        SliceMessage message, IStageRunner stage, SliceContent content, PassOutput output, IReadOnlyList<int> chunks, ChunkTurns turns, CancellationToken cancellationToken)
    {
        using var core = await _cores.EnterAsync(message.Run, message.IsBulk, cancellationToken).ConfigureAwait(false);
        var slot = await turns.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Who has lost the slot may run beside too many: the pass breaks off, and its message comes again.
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, slot?.Lost ?? CancellationToken.None);
            return turns.Later is null ? await RunEachAsync(message, stage, content, output, chunks, turns, cancellation.Token).ConfigureAwait(false) : [];
        }
        finally
        {
            await ConcurrencySlots.LeaveAsync(slot is null ? [] : [slot]).ConfigureAwait(false);
        }
    }

    private async ValueTask<IReadOnlyList<ChunkOutcome>> RunEachAsync(
        SliceMessage message, IStageRunner stage, SliceContent content, PassOutput output, IReadOnlyList<int> chunks, ChunkTurns turns, CancellationToken cancellationToken)
    {
        var outcomes = new List<ChunkOutcome>(chunks.Count);
        foreach (var chunk in chunks)
        {
            // All chunks of a slice lie in memory by now: without a break it would keep a thread of the pool to itself, and all else in the process waiting.
            await Task.Yield();
            if (!await turns.MayStartAsync(chunk, chunks.Count - outcomes.Count, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            using var scope = logger.BeginScope(new ChunkLogScope(message, chunk));
            await events.StartedAsync(message, chunk).ConfigureAwait(false);
            var outcome = await RunChunkAsync(message, stage, content, chunk, turns.TimeLimit, cancellationToken).ConfigureAwait(false);
            if (!await turns.EndAsync(chunk, outcome.Failure).ConfigureAwait(false))
            {
                break;
            }

            if (outcome.Written is { } written)
            {
                await output.KeepAsync(chunk, written, cancellationToken).ConfigureAwait(false);
            }

            outcomes.Add(outcome with { Written = null });
        }

        return outcomes;
    }

    private async ValueTask<ChunkOutcome> RunChunkAsync(
        SliceMessage message, IStageRunner stage, SliceContent content, int chunk, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        ChunkContent bytes;
        try
        {
            bytes = await content.GetAsync(chunk, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is CelerityException || (message.Source.ChunkSource is not null && !cancellationToken.IsCancellationRequested))
        {
            // A source of the user's may throw anything, as its stage may.
            return new ChunkOutcome { Chunk = chunk, Failure = exception };
        }

        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(timeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var reader = ChunkReader.Open(message.Source, message.Columns, bytes, either.Token);
        try
        {
            var written = stage.Form?.New();
            var partial = await stage.ProcessAsync(reader, written, either.Token).ConfigureAwait(false);
            if (message.Source.TargetChunkSeconds is not null)
            {
                paces.Add(message.Name, reader.RecordCount, time.GetElapsedTime(started));
            }

            return new ChunkOutcome
            {
                Chunk = chunk,
                Partial = stage.Write(partial),
                Duration = time.GetElapsedTime(started),
                Records = reader.RecordCount,
                Rejected = reader.RejectedCount,
                Rejects = reader.Rejects,
                Written = written,
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The user's code may throw anything; it is the chunk's failure, to be classified and told.
            var isLate = limit.IsCancellationRequested && exception is OperationCanceledException;
            return new ChunkOutcome { Chunk = chunk, Failure = isLate ? new TimeLimitException(timeLimit) : exception, Duration = time.GetElapsedTime(started) };
        }
    }
}
