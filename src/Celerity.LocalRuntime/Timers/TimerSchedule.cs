using Celerity.LocalRuntime.Hosting;
using NCrontab;

namespace Celerity.LocalRuntime.Timers;

/// <summary>When a timer fires: an NCRONTAB expression of five or six fields in the local time zone, or a constant period.</summary>
internal sealed class TimerSchedule
{
    private static readonly TimeSpan ShortestMonitored = TimeSpan.FromMinutes(1);

    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _period;
    private readonly TimeZoneInfo _zone;
    private readonly bool _isInterval;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan period, TimeZoneInfo zone, bool isInterval)
    {
        _cron = cron;
        _period = period;
        _zone = zone;
        _isInterval = isInterval;
    }

    public static TimerSchedule Parse(string expression, TimeZoneInfo zone, string owner)
    {
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var cron = fields.Length is 5 or 6
            ? CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 })
            : null;
        if (cron is not null)
        {
            var timeOfDay = fields[..(fields.Length - 3)];
            return new TimerSchedule(cron, default, zone, timeOfDay.Any(field => field.AsSpan().ContainsAny('*', '/', '-')));
        }

        return TimeSpan.TryParse(expression, out var period) && period > TimeSpan.Zero
            ? new TimerSchedule(cron: null, period, zone, isInterval: true)
            : throw new LocalStartException($"{owner}: \"{expression}\" is neither an NCRONTAB expression of 5 or 6 fields nor a time span hh:mm:ss.");
    }

    /// <summary>Returns the first occurrence after an instant.</summary>
    public DateTimeOffset After(DateTimeOffset instant) =>
        _cron is null ? instant + _period
        : _isInterval ? NextOfInterval(_cron, instant)
        : NextOfPointInTime(_cron, instant);

    /// <summary>Tells whether runs can come less than a minute apart; such a timer keeps no status.</summary>
    public bool IsTooFrequentToMonitor(DateTimeOffset now)
    {
        var previous = After(now);
        for (var occurrence = 0; occurrence < 10; occurrence++)
        {
            var next = After(previous);
            if (next - previous < ShortestMonitored)
            {
                return true;
            }

            previous = next;
        }

        return false;
    }

    // Runs once where the clock repeats an hour, at the first pass; where it skips one, as if it had not.
    private DateTimeOffset NextOfPointInTime(CrontabSchedule cron, DateTimeOffset instant)
    {
        var wall = TimeZoneInfo.ConvertTime(instant, _zone).DateTime;
        while (true)
        {
            wall = cron.GetNextOccurrence(wall);
            var offset = _zone.IsAmbiguousTime(wall) ? _zone.GetAmbiguousTimeOffsets(wall).Max()
                : _zone.IsInvalidTime(wall) ? _zone.GetUtcOffset(wall.AddDays(-1))
                : _zone.GetUtcOffset(wall);
            var occurrence = new DateTimeOffset(wall, offset);
            if (occurrence > instant)
            {
                return TimeZoneInfo.ConvertTime(occurrence, _zone);
            }
        }
    }

    // Keeps its beat through a change of the clock: counted in the old offset up to the change, in the new one from there.
    private DateTimeOffset NextOfInterval(CrontabSchedule cron, DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, _zone);
        var occurrence = new DateTimeOffset(cron.GetNextOccurrence(local.DateTime), local.Offset);
        if (_zone.GetUtcOffset(occurrence) == local.Offset)
        {
            return occurrence;
        }

        var change = FirstChange(local, occurrence);
        return new DateTimeOffset(cron.GetNextOccurrence(change.DateTime.AddTicks(-1)), change.Offset);
    }

    private DateTimeOffset FirstChange(DateTimeOffset before, DateTimeOffset after)
    {
        var (low, high) = (before.UtcTicks, after.UtcTicks);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (_zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == before.Offset)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return TimeZoneInfo.ConvertTime(new DateTimeOffset(high, TimeSpan.Zero), _zone);
    }
}
