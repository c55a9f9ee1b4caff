using Celerity.Metrics;
using Microsoft.Extensions.Logging;

namespace Celerity.Schedules;

/// <summary>
/// Does what is due of one schedule. Each due time: the decision is written into the schedule's row by its ETag, together with the cursor; then
/// its effect, which can be made again; then its record. Wherever it breaks off, the next turn repeats the effect from the row and goes on.
/// </summary>
internal sealed class ScheduleTurn(
    ScheduleStore store, FiringRecords records, ScheduleTargets targets, ScheduleList list, ScheduleSetup setup, TimeProvider time, ILogger<ScheduleTurn> logger, CelerityMeter? meter = null)
{
    private const int MaxRounds = 10;

    /// <summary>Does what is due now.</summary>
    /// <param name="name">The schedule.</param>
    /// <param name="state">Its row as it was read, or <see langword="null"/> for none.</param>
    /// <param name="pipelines">What starts runs.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public async ValueTask<ScheduleTurnEnd> RunAsync(string name, ScheduleState? state, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (await TryRunAsync(name, state, pipelines, cancellationToken).ConfigureAwait(false) is { } end)
            {
                return end;
            }

            // An operator or another instance was faster, or a reply was lost: what is stored decides.
            state = await store.FindAsync(name, cancellationToken).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"The row of the schedule '{name}' was changed by others {MaxRounds} times in a row.");
    }

    /// <summary>Makes the effect of the latest decision, where it may be missing.</summary>
    /// <returns>The row without it, as it is to be written next.</returns>
    public async ValueTask<ScheduleState> FinishAsync(ScheduleState state, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        if (state.Open is not { } firing)
        {
            return state;
        }

        var next = state with { Open = null, IsUnwritten = true };
        var record = new FiringRecord(firing, time.GetUtcNow());
        if (firing.Kind == FiringKind.Fired)
        {
            try
            {
                await targets.FireAsync(state.Name, firing, pipelines, cancellationToken).ConfigureAwait(false);
                record = record with { At = time.GetUtcNow() };
                next = next with { LastDueAt = firing.DueAt, LastSentAt = record.At };
                logger.Fired(state.Name, firing.Id!, firing.DueAt, (record.At - firing.DueAt).TotalMilliseconds);
                if (firing.FiresAt is { } firesAt)
                {
                    meter?.ScheduleDrift.Record(Math.Max(0, (record.At - firesAt).TotalSeconds), new KeyValuePair<string, object?>(MetricTags.Schedule, state.Name));
                }
            }
            catch (CelerityException exception) when (exception.Code != ErrorCodes.StorageDown)
            {
                // It would fail the same way each time, and keep the schedule from its next due time.
                record = record with { Error = exception.Message };
                next = next with { LastId = null };
                logger.NotFired(state.Name, firing.DueAt, exception);
            }
        }

        await records.AddAsync(state.Name, record, cancellationToken).ConfigureAwait(false);
        return next;
    }

    /// <summary>A schedule's row before anything was decided, or after its due times were edited in code: it does not fire for the past.</summary>
    public ScheduleState NewState(Schedule schedule, ScheduleState? state) => (state ?? new ScheduleState(schedule.Name)) with
    {
        Cursor = state is { IsDeleted: false } && state.Cursor > setup.KnownSince ? state.Cursor : setup.KnownSince,
        Fingerprint = schedule.Fingerprint,
        Definition = null,
        Payload = null,
        IsDeleted = false,
        Waiting = null,
    };

    /// <summary>Whether the row is not yet about this definition.</summary>
    public static bool IsNew(Schedule schedule, ScheduleState? state) => state is not { IsDeleted: false }
        || state.Fingerprint != schedule.Fingerprint
        || (state.Definition is not null && schedule.Source != ScheduleSource.Api);

    // Null where a write was refused.
    private async ValueTask<ScheduleTurnEnd?> TryRunAsync(string name, ScheduleState? state, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        var current = state is null ? null : await FinishAsync(state, pipelines, cancellationToken).ConfigureAwait(false);
        DateTimeOffset? nextAt = null;
        if (list.Find(name, current) is { } schedule)
        {
            if (IsNew(schedule, current))
            {
                current = await store.TryWriteAsync(NewState(schedule, current), cancellationToken).ConfigureAwait(false);
            }

            if (current is { Pause: null } active && schedule.Options.Enabled)
            {
                (current, nextAt) = await FireAsync(schedule, active, pipelines, cancellationToken).ConfigureAwait(false);
            }

            if (current is null)
            {
                return null;
            }
        }

        // Written down: a process that comes when the task has expired could not tell its effect from one that was never made.
        if (current is { IsUnwritten: true } unwritten)
        {
            current = await store.TryWriteAsync(unwritten, cancellationToken).ConfigureAwait(false);
            return current is null ? null : new ScheduleTurnEnd(current, nextAt);
        }

        return new ScheduleTurnEnd(current, nextAt);
    }

    private async ValueTask<(ScheduleState? State, DateTimeOffset? NextAt)> FireAsync(
        Schedule schedule, ScheduleState state, IPipelineStarts pipelines, CancellationToken cancellationToken)
    {
        ScheduleState? current = state;
        if (state.Waiting is { } waiting && !await IsRunningAsync(schedule, state, cancellationToken).ConfigureAwait(false))
        {
            current = await DecideAsync(state with { Waiting = null }, ScheduleTargets.NewFiring(schedule, waiting) with { FiresAt = null }).ConfigureAwait(false);
        }

        if (current is null)
        {
            return (null, null);
        }

        var plan = DuePlan.Of(schedule, current.Cursor, time.GetUtcNow());
        if (plan.Passed is { } passed)
        {
            logger.Missed(schedule.Name, passed.Count, passed.DueAt);
            current = await DecideAsync(current with { Cursor = passed.DueAt }, passed).ConfigureAwait(false);
        }

        foreach (var due in plan.Due.TakeWhile(_ => current is not null))
        {
            current = await DecideDueAsync(current! with { Cursor = due }, due).ConfigureAwait(false);
        }

        return (current, plan.NextAt);

        async ValueTask<ScheduleState?> DecideDueAsync(ScheduleState at, DateTimeOffset due)
        {
            var isRunning = await IsRunningAsync(schedule, at, cancellationToken).ConfigureAwait(false);
            return OverlapDecisions.Of(schedule.Options.Overlap, isRunning, at.Waiting is not null) switch
            {
                OverlapDecision.Fire => await DecideAsync(at, ScheduleTargets.NewFiring(schedule, due)).ConfigureAwait(false),
                OverlapDecision.Replace => await DecideAsync(at, ScheduleTargets.NewFiring(schedule, due) with { Replaces = at.LastId }).ConfigureAwait(false),
                OverlapDecision.Wait => await store.TryWriteAsync(at with { Waiting = due }, cancellationToken).ConfigureAwait(false),
                _ => await DecideAsync(at, new Firing(due, FiringKind.Overlapped)).ConfigureAwait(false),
            };
        }

        async ValueTask<ScheduleState?> DecideAsync(ScheduleState at, Firing firing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var decided = at with { Open = firing, LastId = firing.Id ?? at.LastId };
            return await store.TryWriteAsync(decided, cancellationToken).ConfigureAwait(false) is { } stored
                ? await FinishAsync(stored, pipelines, cancellationToken).ConfigureAwait(false)
                : null;
        }
    }

    private async ValueTask<bool> IsRunningAsync(Schedule schedule, ScheduleState state, CancellationToken cancellationToken) =>
        schedule.Options.Overlap != OverlapPolicy.Allow
        && state.LastId is { } last
        && !await targets.HasEndedAsync(last, cancellationToken).ConfigureAwait(false);
}
