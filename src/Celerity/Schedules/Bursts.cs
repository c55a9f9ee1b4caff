using Celerity.RateLimits;
using Celerity.Tasks;

namespace Celerity.Schedules;

/// <summary>Finds the bursts of the next hour. Pure.</summary>
internal static class Bursts
{
    /// <summary>How many firings are looked at, of all schedules together; each has the same share.</summary>
    public const int MostLookedAt = 100_000;

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    // What hardly waits is no news.
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    /// <summary>Finds them by what tasks are set to in code and configuration.</summary>
    public static IReadOnlyList<Burst> Of(IReadOnlyCollection<Schedule> schedules, TaskRegistry tasks, DateTimeOffset now) => [.. schedules
        .Where(schedule => schedule.Options is { Enabled: true, Task: not null })
        .GroupBy(schedule => schedule.Options.Task!, StringComparer.OrdinalIgnoreCase)
        .Select(group => tasks.Find(group.Key)?.Settings is { RateLimit: { } limit } settings ? Find(settings.Name, limit, settings.RateCost, [.. group], MostLookedAt / schedules.Count, now) : null)
        .OfType<Burst>()];

    /// <summary>Lets the firings through a bucket that is full at first, and sees how long the last ones wait.</summary>
    public static Burst? Find(string task, RateLimit limit, int cost, IReadOnlyList<Schedule> schedules, int most, DateTimeOffset now)
    {
        var firings = schedules.SelectMany(schedule => DueWithin(schedule, now, most)).Order();
        var (level, last, longest, first) = ((double)limit.Burst, now, TimeSpan.Zero, default(DateTimeOffset?));
        foreach (var at in firings)
        {
            level = Math.Min(limit.Burst, level + ((at - last).TotalSeconds * limit.PerSecond)) - cost;
            last = at;
            var wait = TimeSpan.FromSeconds(Math.Max(0, -level / limit.PerSecond));
            (longest, first) = (wait > longest ? wait : longest, first ?? (wait > Noticed ? at : null));
        }

        return first is { } from ? new Burst(task, from, longest, [.. schedules.Select(schedule => schedule.Name)]) : null;
    }

    private static IEnumerable<DateTimeOffset> DueWithin(Schedule schedule, DateTimeOffset now, int most)
    {
        var due = schedule.Times.Next(now);
        for (var count = 0; count < most && due is { } at && at < now + Ahead; count++, due = schedule.Times.Next(at))
        {
            yield return schedule.Times.FiresAt(at);
        }
    }
}
