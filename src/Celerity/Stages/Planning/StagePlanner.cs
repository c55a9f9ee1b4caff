using Celerity.Runs;
using Celerity.Stages.Outputs;
using Celerity.Stages.Sources;
using Celerity.Storage;

namespace Celerity.Stages.Planning;

/// <summary>Cuts a dataset into chunks and writes the manifest, in steps with a cursor. A step that is run again writes the same bytes.</summary>
internal sealed class StagePlanner(
    SourceOpening opening, Manifest manifest, RunStore runs, RunGate gate, StageRegistry stages, StageTakeover takeover, StagePaces paces, StageWindow window, StageOptions options, TimeProvider time)
{
    public async ValueTask<PlanStep> StepAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var stage = stages.Get(request.Name);
            DatasetCheck.CheckSettings(request.Source);
            if (await takeover.StepAsync(request, stage.Form, cancellationToken).ConfigureAwait(false) is { } step)
            {
                return step;
            }

            var asked = request.Source;
            request = request with { Source = await paces.SizeAsync(request, cancellationToken).ConfigureAwait(false) };
            var cursor = request.Cursor ?? await opening.OpenAsync(request.Key, request.Source, stage, cancellationToken).ConfigureAwait(false);
            return await CutAsync(request, asked, stage, cursor, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException exception)
        {
            return new PlanStep { Fault = StageFault.From(exception) };
        }
        catch (BlobGoneException exception)
        {
            return new PlanStep { Fault = new StageFault(ErrorCodes.DatasetChanged, exception.Message + " Start a new run.") };
        }
    }

    private async ValueTask<PlanStep> CutAsync(
        PlanRequest request, DatasetSource asked, IStageRunner stage, PlanCursor cursor, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var cutter = await opening.CutAsync(request, cursor, stage, cancellationToken).ConfigureAwait(false);
        await using var _ = cutter.ConfigureAwait(false);
        var page = new List<ChunkEntry>(options.ChunksPerPage);
        var records = cursor.Position.Record - 1;
        while (true)
        {
            page.Clear();
            while (page.Count < options.ChunksPerPage && await cutter.NextAsync(cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                page.Add(chunk);
                records += chunk.Records;
            }

            // Blank lines at the end of a dataset make no chunk of their own.
            if (page is [.., { Records: 0, FirstRecord: > 0 }])
            {
                page.RemoveAt(page.Count - 1);
            }

            cursor = await KeepPageAsync(request.Key, cursor, page, cutter, cancellationToken).ConfigureAwait(false);
            if (page.Count < options.ChunksPerPage)
            {
                return new PlanStep { Plan = await FinishAsync(request, asked, stage.Form, cursor, records, page, cancellationToken).ConfigureAwait(false) };
            }

            if (time.GetElapsedTime(started) >= options.PlanStep)
            {
                return new PlanStep { Cursor = cursor };
            }
        }
    }

    private async ValueTask<PlanCursor> KeepPageAsync(
        StageKey key, PlanCursor cursor, List<ChunkEntry> page, IChunkCutter cutter, CancellationToken cancellationToken)
    {
        if (page.Count == 0)
        {
            return cursor;
        }

        if (cursor.Chunks + page.Count > options.MaxChunks)
        {
            throw new CelerityException(
                ErrorCodes.TooManyChunks,
                $"The dataset has more than {options.MaxChunks:N0} chunks. Raise source.chunkSize (or source.chunkBytes).");
        }

        await manifest.WriteAsync(key, cursor.Chunks / options.ChunksPerPage, page, cancellationToken).ConfigureAwait(false);
        return cursor with
        {
            Position = cutter.Position,
            Blob = cutter.Blob,
            After = cutter.After,
            Chunks = cursor.Chunks + page.Count,
            ChunksPerSlice = cursor.ChunksPerSlice > 0 ? cursor.ChunksPerSlice : ChunksPerSlice(page),
        };
    }

    // A slice is read whole into memory where it fits: chunks that are large travel in smaller slices.
    private int ChunksPerSlice(List<ChunkEntry> page)
    {
        var chunkBytes = Math.Max(1, page.Max(chunk => chunk.Length));
        return (int)Math.Clamp(Records.ChunkContent.BufferLimitBytes / chunkBytes, 1, options.ChunksPerSlice);
    }

    private async ValueTask<StagePlan> FinishAsync(
        PlanRequest request, DatasetSource asked, OutputForm? form, PlanCursor cursor, long records, List<ChunkEntry> lastPage, CancellationToken cancellationToken)
    {
        var layout = new StageLayout(cursor.Chunks, Math.Max(1, cursor.ChunksPerSlice), options.ChunksPerPage);
        var byBytes = request.Source.ChunkBy == ChunkBy.Bytes;
        var plan = new StagePlan
        {
            Key = request.Key,
            Name = request.Name,
            Source = cursor.Source ?? request.Source,
            ETag = cursor.ETag,
            Length = cursor.Length,
            Columns = cursor.Columns,
            Layout = layout,
            Records = byBytes ? 0 : records,
            Tolerance = request.Tolerance,
            Window = await window.ChooseAsync(layout, cancellationToken).ConfigureAwait(false),
        };

        // The window that stands is the row's: a step that is made again might choose another.
        var planned = StageRecord.Of(plan, asked, form) with { PlannedAt = time.GetUtcNow() };
        var stage = await runs.InsertStageAsync(planned, cancellationToken).ConfigureAwait(false);
        gate.Keep(stage);
        if (ReferenceEquals(stage, planned) && lastPage.Count > 0)
        {
            // The stage is as this step planned it, so its pages are those that this step has written.
            manifest.Keep(plan.Key, layout.PageCount - 1, [.. lastPage]);
        }

        return plan with { Window = stage.Window };
    }
}
