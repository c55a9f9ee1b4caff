using Celerity.Stages.Ledger;
using Celerity.Stages.Watching;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>
/// Shows how far a stage is: one request for its full pages (1,000 of them), one for its samples, and one for each page at work or with dead chunks, up to
/// <see cref="MaxPages"/>. Chunks of further pages at work count once their page is full.
/// </summary>
internal sealed class StageViews(StageLedger ledger, ITableStore tables, TimeProvider time)
{
    public const int MaxFailures = 20;

    private const int MaxPages = 40;

    /// <summary>Shows a stage, and adds the first of its dead chunks to <paramref name="failures"/>.</summary>
    public async ValueTask<RunStageView> ViewAsync(StageRecord stage, bool isSuspended, List<RunFailureView> failures, CancellationToken cancellationToken)
    {
        var full = await ledger.ReadRootAsync(stage.Key, stage.Layout, cancellationToken).ConfigureAwait(false);
        var samples = await StageSamples.ReadAsync(tables, stage.Key, cancellationToken).ConfigureAwait(false);
        var count = full.Values.Aggregate(default(LedgerCount), (sum, page) => sum + page.Count);
        var (takenOver, ended) = (Sum(full.Values.Where(page => page.Generation != stage.Key.Generation)), new HashSet<int>());
        var looks = 0;
        for (var page = 0; page < stage.Layout.PageCount && looks < MaxPages; page++)
        {
            if (full.TryGetValue(page, out var known) && (known.Count.Dead == 0 || failures.Count == MaxFailures))
            {
                continue;
            }

            looks++;
            var (first, chunks) = stage.Layout.ChunksOfPage(page);
            var key = full.ContainsKey(page) ? stage.Key with { Generation = known.Generation } : stage.Key;
            var ends = await ledger.FindAsync(key, stage.Layout, first, first + chunks - 1, cancellationToken).ConfigureAwait(false);
            failures.AddRange(ends.Where(end => end.IsDead).Take(MaxFailures - failures.Count)
                .Select(end => new RunFailureView(null, end.Reason ?? "", stage.Key.Stage, end.Chunk, end.Category)));
            if (full.ContainsKey(page))
            {
                continue;
            }

            ended.UnionWith(ends.Select(end => end.Chunk));
            count = ends.Aggregate(count, (sum, end) => sum.Add(end));
            takenOver = ends.Where(end => end.Generation > 0).Aggregate(takenOver, (sum, end) => sum.Add(end));
            if (ends.Count == 0 && stage.Slices is null)
            {
                // Slices are let through in order: behind a page without a row there is none worth a request.
                break;
            }
        }

        var progress = new RunProgressView(count.Chunks, stage.Layout.ChunkCount, count.Dead, count.Records, stage.Records, count.Rejected);
        return WithRates(
            new RunStageView(stage.Key.Generation, stage.Key.Stage, stage.Name, progress)
            {
                StartedAt = stage.PlannedAt,
                EndedAt = samples.EndedAt ?? (count.Chunks == stage.Layout.ChunkCount && stage.Order.Count == 0 ? stage.PlannedAt : null),
                Oldest = samples is { Oldest: { } chunk, OldestSince: { } since } && !ended.Contains(chunk) && !full.ContainsKey(stage.Layout.PageOf(chunk))
                    ? new OldestChunkView(chunk, since)
                    : null,
            },
            samples,
            takenOver,
            isSuspended);
    }

    private RunStageView WithRates(RunStageView view, StageSamples samples, LedgerCount takenOver, bool isSuspended)
    {
        var (now, done) = (time.GetUtcNow(), view.Progress);
        view = view with
        {
            Overall = view.StartedAt is { } start
                ? RateOf(done.ChunksDone - takenOver.Chunks, done.RecordsDone - takenOver.Records, (view.EndedAt ?? now) - start)
                : null,
        };
        if (view.EndedAt is not null)
        {
            return view;
        }

        var lastMinute = samples.FindMinuteBefore(now) is { } before ? RateOf(done.ChunksDone - before.Chunks, done.RecordsDone - before.Records, now - before.At) : null;
        var rate = (lastMinute ?? view.Overall)?.ChunksPerSecond;
        return view with
        {
            LastMinute = lastMinute,
            SecondsLeft = rate > 0 && !isSuspended ? Math.Round((done.ChunksTotal - done.ChunksDone) / rate.Value, 1) : null,
        };
    }

    private static LedgerCount Sum(IEnumerable<PageEnd> pages) => pages.Aggregate(default(LedgerCount), (sum, page) => sum + page.Count);

    private static StageRateView? RateOf(long chunks, long records, TimeSpan time) =>
        time > TimeSpan.Zero ? new StageRateView(Round(chunks / time.TotalSeconds), Round(records / time.TotalSeconds)) : null;

    private static double Round(double rate) => Math.Round(Math.Max(0, rate), 3);
}
