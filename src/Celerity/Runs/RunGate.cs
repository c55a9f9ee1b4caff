using System.Collections.Concurrent;
using Celerity.Stages;

namespace Celerity.Runs;

/// <summary>Tells slices whether their run still wants them. Answers are kept for <see cref="Freshness"/>, so that a slice costs no read of its own.</summary>
internal sealed class RunGate(RunStore runs, TimeProvider time)
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private const int MaxKept = 1000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, Task<RunRecord?> Run)> _kept = new();
    private readonly ConcurrentDictionary<StageKey, StageRecord> _stages = new();

    /// <summary>Tells whether slices of this generation are still to be processed: the run is there, is at it, and was not cancelled.</summary>
    public async ValueTask<bool> IsOpenAsync(string run, int generation, CancellationToken cancellationToken)
    {
        if (!RunKey.IsId(run))
        {
            return false;
        }

        return IsOpen(await FindAsync(run, generation, cancellationToken).ConfigureAwait(false), generation);
    }

    /// <summary>Tells whether a run, in whatever generation, still wants what was sent for it. What is no run's id, or no run, wants all.</summary>
    public async ValueTask<bool> IsWantedAsync(string run, CancellationToken cancellationToken) =>
        !RunKey.IsId(run)
        || IsWanting(await FindAsync(run, generation: 1, cancellationToken).ConfigureAwait(false))

        // It may have been started again since: what its new generation sends must not be dropped by what was true of the old.
        || IsWanting(await runs.FindAsync(run, cancellationToken).ConfigureAwait(false));

    private async ValueTask<RunRecord?> FindAsync(string run, int generation, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!_kept.TryGetValue(run, out var kept) || now - kept.At >= Freshness || now < kept.At || kept.Run.IsFaulted || IsOlder(kept.Run, generation))
        {
            if (_kept.Count > MaxKept)
            {
                _kept.Clear();
            }

            kept = runs.FindKnown(run, Freshness) is { } known && known.Run.Generation >= generation
                ? (known.At, Task.FromResult<RunRecord?>(known.Run))
                : (now, runs.FindAsync(run, CancellationToken.None).AsTask());
            _kept[run] = kept;
        }

        return await kept.Run.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="IsOpenAsync"/>, by a read of its own.</summary>
    public async ValueTask<bool> IsOpenNowAsync(string run, int generation, CancellationToken cancellationToken) =>
        IsOpen(await runs.FindAsync(run, cancellationToken).ConfigureAwait(false), generation);

    /// <summary>Tells, by a read of its own, whether what is left of a run is still to be written down: not once it is being purged.</summary>
    public async ValueTask<bool> IsKeptNowAsync(string run, CancellationToken cancellationToken) =>
        await runs.FindAsync(run, cancellationToken).ConfigureAwait(false) is { State: not RunState.Purging };

    /// <summary>Finds what a stage was planned as. Its row never changes, so it is read once.</summary>
    public async ValueTask<StageRecord?> FindStageAsync(StageKey key, CancellationToken cancellationToken)
    {
        if (_stages.TryGetValue(key, out var known))
        {
            return known;
        }

        // One that is not there is not kept: a message may name a stage before it is planned.
        if (await runs.FindStageAsync(key, cancellationToken).ConfigureAwait(false) is not { } stage)
        {
            return null;
        }

        Keep(stage);
        return stage;
    }

    /// <summary>Keeps what a stage was planned as, which its planner has just stored.</summary>
    public void Keep(StageRecord stage)
    {
        if (_stages.Count > MaxKept)
        {
            _stages.Clear();
        }

        _stages[stage.Key] = stage;
    }

    // The run was started again since: its new slices must not be dropped by what was true of the old.
    private static bool IsOlder(Task<RunRecord?> kept, int generation) => kept is { IsCompletedSuccessfully: true, Result: { } run } && run.Generation < generation;

    private static bool IsWanting(RunRecord? run) => run is null || run.State.IsWanting();

    private static bool IsOpen(RunRecord? run, int generation) =>
        run is { State: RunState.Pending or RunState.Running } && run.Generation == generation;
}
