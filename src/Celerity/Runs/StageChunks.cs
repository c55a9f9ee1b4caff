using Celerity.Stages.Ledger;

namespace Celerity.Runs;

/// <summary>
/// Shows which chunks of a stage have ended, range by range: 1 request for the run, 1 for the stage's full pages (1,000 of them), and 1 for each page at work or with
/// dead chunks or rejected records, up to <see cref="MaxPages"/>.
/// </summary>
internal sealed class StageChunks(RunStore runs, StageLedger ledger)
{
    /// <summary>A stage of so many pages is shown chunk by chunk; a larger one page by page.</summary>
    private const int MaxPages = 40;

    private const int MaxRanges = 1000;

    /// <summary>Shows the stage as the run's present generation has it; <see langword="null"/> where there is no such run, or it has not come to that stage.</summary>
    public async ValueTask<StageChunksView?> FindAsync(string run, int stage, CancellationToken cancellationToken)
    {
        var details = await runs.FindWithStagesAsync(run, cancellationToken).ConfigureAwait(false);
        if (details?.Current.FirstOrDefault(found => found.Key.Stage == stage) is not { } record)
        {
            return null;
        }

        var layout = record.Layout;
        var size = layout.PageCount <= MaxPages ? (layout.ChunkCount + MaxRanges - 1) / MaxRanges : layout.ChunksPerPage;
        var counts = await CountAsync(record, Math.Max(1, size), cancellationToken).ConfigureAwait(false);
        return new StageChunksView(layout.ChunkCount, [.. counts.Select((count, range) => new ChunkRange(
            range * size, Math.Min((range + 1) * size, layout.ChunkCount) - 1, count.Chunks, count.Dead, count.Rejected))]);
    }

    private async ValueTask<LedgerCount[]> CountAsync(StageRecord stage, int size, CancellationToken cancellationToken)
    {
        var full = await ledger.ReadRootAsync(stage.Key, stage.Layout, cancellationToken).ConfigureAwait(false);
        var (layout, isByChunk, looks) = (stage.Layout, stage.Layout.PageCount <= MaxPages, 0);
        var counts = new LedgerCount[(layout.ChunkCount + size - 1) / size];
        for (var page = 0; page < layout.PageCount; page++)
        {
            var (first, chunks) = layout.ChunksOfPage(page);
            var isFull = full.TryGetValue(page, out var known);
            if (isFull && !isByChunk)
            {
                counts[page] = known.Count;
            }
            else if (isFull && known.Count is { Dead: 0, Rejected: 0 })
            {
                for (var chunk = first; chunk < first + chunks; chunk++)
                {
                    counts[chunk / size] += new LedgerCount(1, 0, 0, 0);
                }
            }
            else if (looks++ < MaxPages)
            {
                var key = isFull ? stage.Key with { Generation = known.Generation } : stage.Key;
                var ends = await ledger.FindAsync(key, layout, first, first + chunks - 1, cancellationToken).ConfigureAwait(false);
                foreach (var end in ends)
                {
                    counts[end.Chunk / size] = counts[end.Chunk / size].Add(end);
                }
            }
        }

        return counts;
    }
}
