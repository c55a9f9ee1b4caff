using Celerity.Runs;
using Celerity.Stages.Ledger;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;

namespace Celerity.Stages.Watching;

/// <summary>
/// Looks at a stage's ledger. The event that slices raise is a hint and may be lost, and so may messages: what is full is completed here,
/// what does not end is sent again, and what was sent again often enough is written down as lost, so that every stage ends.
/// </summary>
internal sealed class StageWatch(
    StageLedger ledger, RunGate gate, SlicePublisher publisher, ChunkHandover handover, ChunkEffects effects, StageOptions options, TimeProvider time)
{
    public async ValueTask<WatchStep> StepAsync(WatchRequest request, CancellationToken cancellationToken)
    {
        var (plan, state, byEvent) = request;
        state = state with { Interval = options.WatchInterval };
        var pages = await ledger.ReadRootAsync(plan.Key, cancellationToken).ConfigureAwait(false);
        if (pages.Count == plan.Layout.PageCount)
        {
            return new WatchStep(WatchFinding.Complete, state);
        }

        if (!await gate.IsOpenNowAsync(plan.Key.Run, plan.Key.Generation, cancellationToken).ConfigureAwait(false))
        {
            return new WatchStep(WatchFinding.Cancelled, state);
        }

        if (byEvent)
        {
            return new WatchStep(WatchFinding.Waiting, state);
        }

        var look = new Look(plan, state.Slices);
        await LookAsync(look, pages, cancellationToken).ConfigureAwait(false);
        var found = look.PagesFull + pages.Count == plan.Layout.PageCount ? WatchFinding.Complete : WatchFinding.Waiting;
        return new WatchStep(found, state with { Slices = look.Watched });
    }

    private async ValueTask LookAsync(Look look, IReadOnlyDictionary<int, LedgerCount> full, CancellationToken cancellationToken)
    {
        for (var page = 0; page < look.Plan.Layout.PageCount; page++)
        {
            if (!full.ContainsKey(page) && !await LookAtPageAsync(look, page, cancellationToken).ConfigureAwait(false))
            {
                // Nothing behind this page can have been let through.
                return;
            }
        }
    }

    /// <summary>Looks at one page; <see langword="false"/> where none of its slices has been let through yet.</summary>
    private async ValueTask<bool> LookAtPageAsync(Look look, int page, CancellationToken cancellationToken)
    {
        var (plan, layout) = (look.Plan, look.Plan.Layout);
        var (first, count) = layout.ChunksOfPage(page);
        var ended = (await ledger.FindAsync(plan.Key, layout, first, first + count - 1, cancellationToken).ConfigureAwait(false))
            .Select(end => end.Chunk).ToHashSet();
        var left = ended.Count == count
            ? new HashSet<int>()
            : await handover.FindLeftAsync(plan.Key, first, first + count - 1, cancellationToken).ConfigureAwait(false);
        var anyLetThrough = false;
        for (var slice = layout.SliceOf(first); slice < layout.SliceCount && layout.ChunksOfSlice(slice).First < first + count; slice++)
        {
            var (from, to) = layout.ChunksOfSlice(slice);
            var open = Enumerable.Range(from, to - from + 1).Where(chunk => !ended.Contains(chunk)).ToList();
            var letThrough = look.IsLetThrough(slice);
            anyLetThrough |= letThrough;
            if (!open.TrueForAll(left.Contains))
            {
                look.Open.Add(slice);
            }

            if (open.Count > 0 && letThrough)
            {
                await TendAsync(look, slice, open, left, cancellationToken).ConfigureAwait(false);
            }
        }

        var counted = await ledger.CountPageAsync(plan.Key, layout, page, cancellationToken).ConfigureAwait(false);
        look.PagesFull += counted.Chunks == count ? 1 : 0;
        return anyLetThrough;
    }

    private async ValueTask TendAsync(Look look, int slice, List<int> open, IReadOnlySet<int> left, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var watch = look.Known.TryGetValue(slice, out var known) ? known : new SliceWatch(now, 0);
        switch (WatchDecision.For(watch, now, options.RepublishAfter))
        {
            case WatchAction.SendAgain:
                await SendAgainAsync(look.Plan, slice, open, left, cancellationToken).ConfigureAwait(false);
                watch = new SliceWatch(now, watch.Sends + 1);
                break;
            case WatchAction.GiveUp:
                await GiveUpAsync(look.Plan, slice, open, cancellationToken).ConfigureAwait(false);
                look.Open.Remove(slice);
                return;
        }

        look.Watched[slice] = watch;
    }

    private async ValueTask SendAgainAsync(StagePlan plan, int slice, List<int> open, IReadOnlySet<int> left, CancellationToken cancellationToken)
    {
        if (!open.TrueForAll(left.Contains))
        {
            await publisher.PublishAsync(plan, slice, again: true, cancellationToken).ConfigureAwait(false);
        }

        var message = await publisher.MakeAsync(plan, slice, again: true, cancellationToken).ConfigureAwait(false);
        foreach (var chunk in open.Where(left.Contains))
        {
            await handover.SendAgainAsync(message, chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask GiveUpAsync(StagePlan plan, int slice, List<int> open, CancellationToken cancellationToken)
    {
        var message = await publisher.MakeAsync(plan, slice, again: true, cancellationToken).ConfigureAwait(false);
        var reason = $"Its messages were lost {WatchDecision.MaxRepeats + 1} times: nothing ended it within {options.RepublishAfter} and longer of each.";
        var ends = open.Select(chunk => new ChunkEnd { Chunk = chunk, Category = ErrorCategory.Lost, Reason = reason }).ToList();
        await ledger.InsertMissingAsync(plan.Key, plan.Layout, ends, cancellationToken).ConfigureAwait(false);
        await effects.AfterEndAsync(message, ends, cancellationToken).ConfigureAwait(false);
    }

    private sealed class Look(StagePlan plan, IReadOnlyDictionary<int, SliceWatch> known)
    {
        public StagePlan Plan => plan;

        public IReadOnlyDictionary<int, SliceWatch> Known => known;

        public Dictionary<int, SliceWatch> Watched { get; } = [];

        /// <summary>Gets the slices with chunks that have neither ended nor left their slice, so far.</summary>
        public HashSet<int> Open { get; } = [];

        public int PagesFull { get; set; }

        /// <summary>A slice is published with the first window, or by the end of the one a window before it.</summary>
        public bool IsLetThrough(int slice) => slice < plan.Window || !Open.Contains(slice - plan.Window);
    }
}
