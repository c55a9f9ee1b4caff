using Celerity.Controls;
using Celerity.Retry;
using Celerity.Runs;
using Celerity.Stages.Admission;
using Celerity.Stages.Ledger;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Storage;

namespace Celerity.Stages.Watching;

/// <summary>
/// Looks at a stage's ledger. The event that slices raise is a hint and may be lost, and so may messages: what is full is completed here,
/// what does not end is sent again, and what was sent again often enough is written down as lost, so that every stage ends.
/// </summary>
internal sealed class StageWatch(
    StageLedger ledger, RunGate gate, SlicePublisher publisher, ChunkHandover handover, ChunkEffects effects, ChunkEvents events, StagePatience patience, ControlBoard board, ITableStore tables,
    StageOptions options, TimeProvider time)
{
    public async ValueTask<WatchStep> StepAsync(WatchRequest request, CancellationToken cancellationToken)
    {
        var (plan, state, byEvent) = request;
        state = state with { Interval = options.WatchInterval };
        await RepeatEffectsAsync(plan, state, cancellationToken).ConfigureAwait(false);
        var pages = await ledger.ReadRootAsync(plan.Key, plan.Layout, cancellationToken).ConfigureAwait(false);
        if (pages.Count == plan.Layout.PageCount)
        {
            await StageSamples.ChangeAsync(
                tables, plan.Key, isFirst: state.Slices.Count == 0, samples => samples with { EndedAt = samples.EndedAt ?? time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
            return new WatchStep(WatchFinding.Complete, state);
        }

        if (!await gate.IsOpenNowAsync(plan.Key.Run, plan.Key.Generation, cancellationToken).ConfigureAwait(false)
            || await gate.FindStageAsync(plan.Key, cancellationToken).ConfigureAwait(false) is not { } stage)
        {
            return new WatchStep(WatchFinding.Cancelled, state);
        }

        // Nothing is to be missed while it is suspended.
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        if (byEvent || controls.FindSuspension(plan.Key.Run, plan.Key.Generation) is not null)
        {
            return new WatchStep(WatchFinding.Waiting, state);
        }

        var look = new Look(plan, stage.Order, state.Slices);
        look.Count = pages.Values.Aggregate(look.Count, (sum, page) => sum + page.Count);
        await LookAsync(look, pages, cancellationToken).ConfigureAwait(false);
        var isComplete = look.HasGivenUp
            ? (await ledger.ReadRootAsync(plan.Key, plan.Layout, cancellationToken).ConfigureAwait(false)).Count == plan.Layout.PageCount
            : look.PagesFull + pages.Count == plan.Layout.PageCount;
        var (oldest, since) = look.Oldest;
        var sample = new StageSample(time.GetUtcNow(), look.Count.Chunks, look.Count.Records);
        await StageSamples.ChangeAsync(
            tables,
            plan.Key,
            isFirst: state.Slices.Count == 0,
            samples => samples.With(sample) with { Oldest = oldest, OldestSince = since, EndedAt = isComplete ? time.GetUtcNow() : null },
            cancellationToken).ConfigureAwait(false);
        var found = isComplete ? WatchFinding.Complete : WatchFinding.Waiting;
        return new WatchStep(found, state with { Slices = look.Watched });
    }

    private async ValueTask LookAsync(Look look, IReadOnlyDictionary<int, PageEnd> full, CancellationToken cancellationToken)
    {
        for (var page = 0; page < look.Plan.Layout.PageCount; page++)
        {
            if (full.ContainsKey(page))
            {
                continue;
            }

            var slices = look.SlicesOf(page);
            if (slices.Exists(look.IsLetThrough))
            {
                await LookAtPageAsync(look, page, slices, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // Not published yet, so there is nothing to read: looking costs what the window holds, not what the stage does.
                look.Open.UnionWith(slices);
            }
        }
    }

    private async ValueTask LookAtPageAsync(Look look, int page, List<int> slices, CancellationToken cancellationToken)
    {
        var (plan, layout) = (look.Plan, look.Plan.Layout);
        var (first, count) = layout.ChunksOfPage(page);
        var ends = await ledger.FindAsync(plan.Key, layout, first, first + count - 1, cancellationToken).ConfigureAwait(false);
        var ended = ends.Select(end => end.Chunk).ToHashSet();
        look.Count = ends.Aggregate(look.Count, (sum, end) => sum.Add(end));
        if (ended.Count == count)
        {
            _ = await ledger.CountPageAsync(plan.Key, layout, page, cancellationToken).ConfigureAwait(false);
            look.PagesFull++;
            return;
        }

        var left = await handover.FindLeftAsync(plan.Key, first, first + count - 1, cancellationToken).ConfigureAwait(false);
        foreach (var slice in slices)
        {
            var (from, to) = layout.ChunksOfSlice(slice);
            var open = Enumerable.Range(from, to - from + 1).Where(chunk => !ended.Contains(chunk)).ToList();
            var letThrough = look.IsLetThrough(slice);
            if (!open.TrueForAll(left.Contains))
            {
                look.Open.Add(slice);
            }

            if (open.Count > 0 && letThrough)
            {
                await TendAsync(look, slice, open, left, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask TendAsync(Look look, int slice, List<int> open, IReadOnlySet<int> left, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var watch = look.Known.TryGetValue(slice, out var known) ? known : new SliceWatch(now, 0);
        var action = WatchDecision.For(watch, now, options.RepublishAfter);
        if (action != WatchAction.Wait)
        {
            // Time counts only while nothing keeps the messages from running. Asked for no sooner than it matters.
            look.Since ??= await patience.FindSinceAsync(look.Plan.Key, look.Plan.Name, cancellationToken).ConfigureAwait(false);
            watch = watch with { Since = watch.Since > look.Since.Value ? watch.Since : look.Since.Value };
            action = WatchDecision.For(watch, now, options.RepublishAfter);
        }

        switch (action)
        {
            case WatchAction.SendAgain:
                await SendAgainAsync(look.Plan, slice, open, left, cancellationToken).ConfigureAwait(false);
                watch = new SliceWatch(now, watch.Sends + 1);
                break;
            case WatchAction.GiveUp:
                await GiveUpAsync(look.Plan, slice, open, cancellationToken).ConfigureAwait(false);
                look.Open.Remove(slice);
                look.HasGivenUp = true;
                return;
        }

        look.Watched[slice] = watch;
        look.Oldest = look.Oldest.Since <= watch.Since ? look.Oldest : (open[0], watch.Since);
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
        var failure = FailureRecord.Of(reason, ErrorCategory.Lost, attempt: 1, time.GetUtcNow());
        var ends = open.Select(chunk => new ChunkEnd { Chunk = chunk, Category = ErrorCategory.Lost, Reason = reason, Failures = [failure] }).ToList();
        await ledger.InsertMissingAsync(plan.Key, plan.Layout, ends, cancellationToken).ConfigureAwait(false);
        await publisher.PublishNextAsync(message, isOnly: false, cancellationToken).ConfigureAwait(false);
        var ended = await AfterLossAsync(message, cancellationToken).ConfigureAwait(false);
        await events.EndedAsync(message, [.. ended.Where(end => end.Category == ErrorCategory.Lost)]).ConfigureAwait(false);
    }

    // A step that died between its rows and their effects comes again with the state it had: its slices to be given up are known by that.
    private async ValueTask RepeatEffectsAsync(StagePlan plan, WatchState state, CancellationToken cancellationToken)
    {
        foreach (var slice in state.Slices.Where(known => known.Value.Sends > WatchDecision.MaxRepeats).Select(known => known.Key))
        {
            var message = await publisher.MakeAsync(plan, slice, again: true, cancellationToken).ConfigureAwait(false);
            _ = await AfterLossAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    // The effects are those of the stored rows: a chunk may have ended well just before it was given up.
    private async ValueTask<IReadOnlyList<ChunkEnd>> AfterLossAsync(SliceMessage message, CancellationToken cancellationToken)
    {
        var ended = await ledger.FindAsync(message.Key(), message.Layout, message.First, message.Last, cancellationToken).ConfigureAwait(false);
        _ = await effects.AfterEndAsync(message, ended, cancellationToken).ConfigureAwait(false);
        return ended;
    }

    private sealed class Look(StagePlan plan, SliceOrder order, IReadOnlyDictionary<int, SliceWatch> known)
    {
        public StagePlan Plan => plan;

        public IReadOnlyDictionary<int, SliceWatch> Known => known;

        public Dictionary<int, SliceWatch> Watched { get; } = [];

        /// <summary>Gets the slices with chunks that have neither ended nor left their slice, so far.</summary>
        public HashSet<int> Open { get; } = [];

        public int PagesFull { get; set; }

        public bool HasGivenUp { get; set; }

        /// <summary>Gets or sets what has ended of the stage.</summary>
        public LedgerCount Count { get; set; }

        /// <summary>Gets or sets the chunk that has been waited for longest.</summary>
        public (int? Chunk, DateTimeOffset? Since) Oldest { get; set; }

        /// <summary>Gets or sets since when nothing has kept the stage's messages from running, once it is known.</summary>
        public DateTimeOffset? Since { get; set; }

        public List<int> SlicesOf(int page)
        {
            var (first, count) = plan.Layout.ChunksOfPage(page);
            var slice = plan.Layout.SliceOf(first);
            return [.. Enumerable.Range(slice, plan.Layout.SliceOf(first + count - 1) - slice + 1)];
        }

        /// <summary>A slice is published with the first window, or by the end of the one a window before it.</summary>
        public bool IsLetThrough(int slice) => order.Contains(slice) && (order.Before(slice, plan.Window) is not { } before || !Open.Contains(before));
    }
}
