using Celerity.Controls;
using Celerity.Schedules;

namespace Celerity.Figures;

/// <summary>Finds schedules that are late: no request where there is no schedule, else one.</summary>
internal sealed class ScheduleSampling(ScheduleStore store, ScheduleList list, ControlBoard board, TimeProvider time)
{
    /// <summary>How many are told, the latest first.</summary>
    public const int MaxTold = 50;

    // Longer than between two looks, so that a firing that was late is seen.
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(3);

    public async ValueTask<IReadOnlyList<ScheduleFigure>> LookAsync(CancellationToken cancellationToken)
    {
        if (list.IsEmpty && !ScheduleStore.HasAny(await board.GetAsync(cancellationToken).ConfigureAwait(false)))
        {
            return [];
        }

        var states = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. states.Select(state => new ScheduleFigure(state.Name, LateBy(state).TotalSeconds)).Where(schedule => schedule.LateSeconds > 0)
                .OrderByDescending(schedule => schedule.LateSeconds).Take(MaxTold),
        ];
    }

    private TimeSpan LateBy(ScheduleState state)
    {
        if (FindActive(state) is not { } schedule)
        {
            return TimeSpan.Zero;
        }

        var (now, times) = (time.GetUtcNow(), schedule.Times);
        var overdue = times.Next(state.Cursor) is { } due ? now - times.FiresAt(due) : TimeSpan.Zero;

        // What waited for the one before is not late.
        var last = schedule.Options.Overlap != OverlapPolicy.Queue && state is { LastDueAt: { } lastDue, LastSentAt: { } sent } && now - sent < Recent
            ? sent - times.FiresAt(lastDue)
            : TimeSpan.Zero;
        return overdue > last ? overdue : last;
    }

    // Null where it is not to fire.
    private Schedule? FindActive(ScheduleState state)
    {
        try
        {
            return list.Find(state.Name, state) is { Options.Enabled: true } schedule && state.Pause is null && !ScheduleTurn.IsNew(schedule, state) ? schedule : null;
        }
        catch (CelerityException)
        {
            // What another version has defined does not fire here; its list says so.
            return null;
        }
    }
}
