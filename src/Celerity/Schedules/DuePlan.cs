namespace Celerity.Schedules;

/// <summary>What is to be done about a schedule now. Pure: no clock, no storage.</summary>
/// <param name="Passed">The missed due times that are let pass, as one decision; <see langword="null"/> for none. It is done first.</param>
/// <param name="Due">The due times to fire for, the earliest first.</param>
/// <param name="NextAt">When there is something to do again; <see langword="null"/> for never.</param>
internal sealed record DuePlan(Firing? Passed, IReadOnlyList<DateTimeOffset> Due, DateTimeOffset? NextAt)
{
    /// <summary>How late a firing may be before its due time counts as missed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(90);

    /// <summary>How many missed due times one plan looks at: what a month of every second comes to is passed in some thirty plans.</summary>
    public const int MostLookedAt = 100_000;

    /// <summary>Plans.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cursor">Up to where everything has been decided.</param>
    /// <param name="now">The time.</param>
    public static DuePlan Of(Schedule schedule, DateTimeOffset cursor, DateTimeOffset now)
    {
        var (times, late) = (schedule.Times, now - Grace);
        var due = new Queue<DateTimeOffset>();
        DateTimeOffset? first = null, last = null;
        var (looked, passed) = (0, 0);
        var next = times.Next(cursor);
        for (; next is { } missed && times.FiresAt(missed) < late; next = times.Next(missed))
        {
            first ??= missed;
            if (looked++ == MostLookedAt)
            {
                // There are more: those to fire for are among the last.
                return new DuePlan(PassedOf(first.Value, missed, looked), [], now);
            }

            due.Enqueue(missed);
            if (due.Count > schedule.MissedKept)
            {
                (last, passed) = (due.Dequeue(), passed + 1);
            }
        }

        for (; next is { } candidate && times.FiresAt(candidate) <= now; next = times.Next(candidate))
        {
            due.Enqueue(candidate);
        }

        return new DuePlan(last is { } end ? PassedOf(first!.Value, end, passed) : null, [.. due], next is { } then ? times.FiresAt(then) : null);
    }

    private static Firing PassedOf(DateTimeOffset first, DateTimeOffset last, int count) =>
        new(last, FiringKind.Missed) { FirstDueAt = count > 1 ? first : null, Count = count };
}
