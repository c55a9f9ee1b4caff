using System.Globalization;
using Celerity.Stages.Ledger;
using Celerity.Stages.Planning;
using Celerity.Storage;

namespace Celerity.Stages.Combining;

/// <summary>
/// Joins the partial results of a stage that has ended. Always slice by slice and, within, chunk by chunk in order, whether a slice was
/// joined when it ran or only here: so the result does not depend on how the work was spread.
/// </summary>
internal sealed class StageCombiner(
    StageLedger ledger, Partials partials, IBlobStore blobs, StageRegistry stages, StageOptions options, TimeProvider time)
{
    public async ValueTask<CombineStep> StepAsync(CombineRequest request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        var counts = await ledger.ReadRootAsync(plan.Key, cancellationToken).ConfigureAwait(false);
        var count = counts.Values.Aggregate(default(LedgerCount), (sum, page) => sum + page.Count);
        if (ToleranceCheck.FindFault(plan.Tolerance, count) is { } fault)
        {
            return new CombineStep { Fault = fault };
        }

        try
        {
            return await JoinAsync(request, counts, count, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException exception)
        {
            return new CombineStep { Fault = StageFault.From(exception) };
        }
    }

    private async ValueTask<CombineStep> JoinAsync(
        CombineRequest request, IReadOnlyDictionary<int, PageEnd> pages, LedgerCount count, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        var stage = stages.Get(plan.Name);
        var total = request.Total is null ? stage.Empty() : stage.Read(await ReadTotalAsync(request.Total, cancellationToken).ConfigureAwait(false));
        var started = time.GetTimestamp();
        for (var page = request.Page; page < plan.Layout.PageCount; page++)
        {
            if (page > request.Page && time.GetElapsedTime(started) >= options.CombineStep)
            {
                return new CombineStep { Next = await HandOnAsync(request, stage.Write(total), page, cancellationToken).ConfigureAwait(false) };
            }

            total = await AddPageAsync(plan, stage, total, page, pages[page].Generation, cancellationToken).ConfigureAwait(false);
        }

        return new CombineStep
        {
            End = new StageEnd(stage.Finish(total), count.Records, count.Rejected, count.Dead),
            WritesRecords = stage.Form is not null,
        };
    }

    private async ValueTask<object> AddPageAsync(
        StagePlan plan, IStageRunner stage, object total, int page, int generation, CancellationToken cancellationToken)
    {
        var ends = await ledger.ReadPageAsync(plan.Key with { Generation = generation }, page, cancellationToken).ConfigureAwait(false);
        foreach (var slice in ends.GroupBy(end => plan.Layout.SliceOf(end.Chunk)))
        {
            object? joined = null;
            foreach (var end in slice.Where(end => end.Span > 0))
            {
                var partial = stage.Read(await partials.ReadAsync(end, cancellationToken).ConfigureAwait(false));
                joined = joined is null ? partial : stage.Combine(joined, partial);
            }

            total = joined is null ? total : stage.Combine(total, joined);
        }

        return total;
    }

    private async ValueTask<CombineRequest> HandOnAsync(CombineRequest request, byte[] total, int page, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{request.Plan.Key.BlobFolder}/totals/{page:D6}.json");
        await blobs.WriteAsync(StorageNames.ManifestsContainer, name, total, cancellationToken).ConfigureAwait(false);
        return request with { Page = page, Total = name };
    }

    private async ValueTask<byte[]> ReadTotalAsync(string name, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenReadAsync(StorageNames.ManifestsContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            return content.ToArray();
        }
    }
}
