using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Combining;

/// <summary>
/// Joins the partial results of a stage that has ended. Always slice by slice and, within, chunk by chunk in order, whether a slice was
/// joined when it ran or only here, and wherever a step ended: the order in which the user's code is called follows from the layout alone, so the result
/// has the same bytes also where sums are rounded. One slice is in memory at a time.
/// </summary>
internal sealed class StageCombiner(
    StageLedger ledger, Partials partials, IBlobStore blobs, StageRegistry stages, StageOptions options, TimeProvider time)
{
    public async ValueTask<CombineStep> StepAsync(CombineRequest request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        var counts = await ledger.ReadRootAsync(plan.Key, plan.Layout, cancellationToken).ConfigureAwait(false);
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
        await foreach (var (next, joined) in JoinSlicesAsync(request, stage, pages, cancellationToken).ConfigureAwait(false))
        {
            total = joined is null ? total : stage.Combine(total, joined);
            if (next < plan.Layout.ChunkCount && time.GetElapsedTime(started) >= options.CombineStep)
            {
                return new CombineStep { Next = await HandOnAsync(request, stage.Write(total), next, cancellationToken).ConfigureAwait(false) };
            }
        }

        return new CombineStep
        {
            End = new StageEnd(stage.Finish(total), count.Records, count.Rejected, count.Dead),
            WritesRecords = stage.Form is not null,
        };
    }

    // Each slice's partial result, or null where all its chunks are dead, and the chunk behind it.
    private async IAsyncEnumerable<(int Next, object? Joined)> JoinSlicesAsync(
        CombineRequest request, IStageRunner stage, IReadOnlyDictionary<int, PageEnd> pages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (key, layout) = (request.Plan.Key, request.Plan.Layout);
        for (var page = request.Page; page < layout.PageCount; page++)
        {
            object? joined = null;
            var ends = ledger.StreamPageAsync(key with { Generation = pages[page].Generation }, page, request.Chunk, cancellationToken);
            await foreach (var end in ends.ConfigureAwait(false))
            {
                if (end.Span > 0)
                {
                    var partial = stage.Read(await partials.ReadAsync(end, cancellationToken).ConfigureAwait(false));
                    joined = joined is null ? partial : stage.Combine(joined, partial);
                }

                if (end.Chunk == layout.ChunksOfSlice(layout.SliceOf(end.Chunk)).Last)
                {
                    yield return (end.Chunk + 1, joined);
                    joined = null;
                }
            }
        }
    }

    private async ValueTask<CombineRequest> HandOnAsync(CombineRequest request, byte[] total, int next, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{request.Plan.Key.BlobFolder}/totals/{next:D8}.json");
        await blobs.WriteAsync(StorageNames.ManifestsContainer, name, total, cancellationToken).ConfigureAwait(false);
        return request with { Page = request.Plan.Layout.PageOf(next), Chunk = next, Total = name };
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
