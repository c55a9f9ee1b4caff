using Celerity.Runs;
using Celerity.Stages.Ledger;
using Celerity.Stages.Outputs;
using Celerity.Stages.Slices;
using Celerity.Storage;

namespace Celerity.Stages.Planning;

/// <summary>
/// Plans a stage of a run that was started again by what the generation before came to: same stage, same dataset in the same version. Pages of
/// which nothing is run again stay where they lie, and the new root names them; of other pages the rows that stand are copied.
/// </summary>
/// <remarks>
/// To do it again does no harm, and may take more over: a late slice of the old generation may have ended meanwhile. The stage's row, written last, says
/// once and for all which slices are run.
/// </remarks>
internal sealed class StageTakeover(
    RunStore runs, StageLedger ledger, ITableStore tables, ChunkLetters letters, IBlobStore blobs, StageWindow window, StageOptions options, TimeProvider time)
{
    private const int ReferencesAtOnce = 100;
    private const string Decision = "takeover";
    private const string TakesOver = "takesOver";

    /// <summary>Makes the next step.</summary>
    /// <returns><see langword="null"/> where there is nothing to take over: the stage is planned anew.</returns>
    /// <exception cref="CelerityException">CEL0310: the dataset changed meanwhile.</exception>
    public async ValueTask<PlanStep?> StepAsync(PlanRequest request, OutputForm? form, CancellationToken cancellationToken)
    {
        if (request.Key.Generation == 1 || request.Cursor is not null
            || await runs.FindWithStagesAsync(request.Key.Run, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        if (found.Stages.FirstOrDefault(stage => stage.Key == request.Key) is { IsTakenOver: true } planned)
        {
            // A step that is made again once all is done: what has ended of the old generation since makes no difference any more.
            return new PlanStep { Plan = PlanOf(planned, request) };
        }

        if (await FindSourceAsync(request, form, found, cancellationToken).ConfigureAwait(false) is not { } source)
        {
            return null;
        }

        var started = time.GetTimestamp();
        var root = await ledger.ReadRootAsync(source.Stage.Key, source.Stage.Layout, cancellationToken).ConfigureAwait(false);
        var cursor = request.Takeover ?? new TakeoverCursor(0, SliceOrder.NewSet(source.Stage.Layout.SliceCount));
        var references = new List<(int Page, PageEnd End)>();
        for (var page = cursor.Page; page < source.Stage.Layout.PageCount; page++)
        {
            if (page > cursor.Page && time.GetElapsedTime(started) >= options.PlanStep)
            {
                await ReferAsync(request.Key, references, cancellationToken).ConfigureAwait(false);
                return new PlanStep { Takeover = cursor with { Page = page } };
            }

            if (root.TryGetValue(page, out var end) && !source.MayRepeat(page, end.Count))
            {
                references.Add((page, end));
                continue;
            }

            var generation = root.ContainsKey(page) ? end.Generation : source.Stage.Key.Generation;
            await CopyPageAsync(request.Key, source, page, generation, cursor.Slices, cancellationToken).ConfigureAwait(false);
        }

        await ReferAsync(request.Key, references, cancellationToken).ConfigureAwait(false);
        return new PlanStep { Plan = await FinishAsync(request, source.Stage, cursor.Slices, cancellationToken).ConfigureAwait(false) };
    }

    private async ValueTask<Source?> FindSourceAsync(PlanRequest request, OutputForm? form, RunDetails found, CancellationToken cancellationToken)
    {
        var key = request.Key;
        if (found.FindBefore(key) is not { } stage || stage.Name != request.Name || stage.Asked != StageRecord.HashOf(request.Source, form))
        {
            return null;
        }

        // A generation that never came to this stage leaves what it was to do to the next.
        var since = found.Generations.Where(generation => generation.Number > stage.Key.Generation && generation.Number <= key.Generation).ToList();
        if (since.Exists(generation => generation.Restart.BeginsAnew(key.Stage)))
        {
            return null;
        }

        return await DecideAsync(request, await IsUnchangedAsync(stage, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
            ? new Source(stage, since)
            : null;
    }

    // Many blobs were listed once, each with its version, which every read insists on. The ranges of an app's own source have none.
    private async ValueTask<bool> IsUnchangedAsync(StageRecord stage, CancellationToken cancellationToken) => stage.Facts switch
    {
        { Length: < 0 } => false,
        { ETag.Length: 0 } => true,
        var known => (await blobs.FindAsync(stage.Source.Container, stage.Source.Blob, cancellationToken).ConfigureAwait(false))?.ETag == known.ETag,
    };

    // The decision stands before its first row, and whoever comes second goes by it: rows that were copied of one version must not count for a plan of another.
    private async ValueTask<bool> DecideAsync(PlanRequest request, bool isUnchanged, CancellationToken cancellationToken)
    {
        var takesOver = true;
        if (request.Takeover is null)
        {
            var row = new TableRow(request.Key.ControlPartition, Decision, new Dictionary<string, object> { [TakesOver] = isUnchanged });
            var isFirst = await tables.TryInsertAsync(StorageNames.LedgerTable, row, cancellationToken).ConfigureAwait(false) is not null;
            var stored = isFirst ? row : await tables.FindAsync(StorageNames.LedgerTable, row.PartitionKey, row.RowKey, cancellationToken).ConfigureAwait(false);
            takesOver = stored?.GetBoolean(TakesOver) ?? isUnchanged;
        }

        return !takesOver || isUnchanged
            ? takesOver
            : throw new CelerityException(
                ErrorCodes.DatasetChanged, $"'{request.Source.Container}/{request.Source.Blob}' changed while chunks were taken over. Restart the run again.");
    }

    private async ValueTask ReferAsync(StageKey key, List<(int Page, PageEnd End)> references, CancellationToken cancellationToken)
    {
        foreach (var batch in references.Chunk(ReferencesAtOnce))
        {
            await ledger.TakePagesOverAsync(key, batch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CopyPageAsync(StageKey key, Source source, int page, int generation, byte[] slices, CancellationToken cancellationToken)
    {
        var layout = source.Stage.Layout;
        var was = source.Stage.Key with { Generation = generation };
        var ends = (await ledger.ReadPageAsync(was, page, cancellationToken).ConfigureAwait(false))
            .ConvertAll(end => end with { Generation = end.Generation > 0 ? end.Generation : generation });
        var repeated = ends.Where(end => source.Repeats(key.Stage, end)).ToList();
        var kept = ends.Except(repeated).ToList();
        await ledger.InsertMissingAsync(key, layout, kept, cancellationToken).ConfigureAwait(false);
        if (repeated.Count > 0)
        {
            await letters.MarkRepeatedAsync(
                key, [.. repeated.Select(end => (was with { Generation = end.Generation }, end))], source.Stage.Name, source.Command, cancellationToken).ConfigureAwait(false);
        }

        var (first, count) = layout.ChunksOfPage(page);
        var left = Enumerable.Range(first, count).Except(kept.Select(end => end.Chunk)).Select(layout.SliceOf).Distinct().ToList();
        if (left.Count == 0)
        {
            _ = await ledger.CountPageAsync(key, layout, page, cancellationToken).ConfigureAwait(false);
        }

        left.ForEach(slice => SliceOrder.Add(slices, slice));
    }

    private async ValueTask<StagePlan> FinishAsync(PlanRequest request, StageRecord source, byte[] slices, CancellationToken cancellationToken)
    {
        var chosen = await window.ChooseAsync(source.Layout, cancellationToken).ConfigureAwait(false);
        var stage = await runs.InsertStageAsync(source with { Key = request.Key, Slices = slices, PlannedAt = time.GetUtcNow(), Window = chosen }, cancellationToken).ConfigureAwait(false);
        return PlanOf(stage, request);
    }

    private static StagePlan PlanOf(StageRecord stage, PlanRequest request) => new()
    {
        Key = request.Key,
        Name = stage.Name,
        Source = stage.Source,
        ETag = stage.Facts.ETag,
        Length = stage.Facts.Length,
        Columns = stage.Facts.Columns,
        Layout = stage.Layout,
        Records = stage.Records,
        Window = stage.Window,
        Tolerance = request.Tolerance,
        IsComplete = stage.Order.Count == 0,
    };

    /// <summary>What is taken over from, and what was asked for since.</summary>
    private sealed record Source(StageRecord Stage, IReadOnlyList<RunGeneration> Since)
    {
        public string Command => Since[^1].Command;

        public bool Repeats(int stage, ChunkEnd end) => Since.Any(generation => generation.Restart.Repeats(stage, end));

        public bool MayRepeat(int page, LedgerCount count) =>
            Since.Any(generation => generation.Restart.MayRepeat(Stage.Key.Stage, Stage.Layout, page, count));
    }
}
