using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cronos;

namespace Celerity.Schedules;

/// <summary>When a schedule is due: a function of its definition alone, so that every instance and every restart finds the same times.</summary>
internal sealed class ScheduleTimes
{
    private readonly string _name;
    private readonly CronExpression? _cron;
    private readonly TimeZoneInfo _zone;
    private readonly TimeSpan _every;
    private readonly TimeSpan _jitter;
    private readonly DateTimeOffset _anchor;
    private readonly DateTimeOffset? _start;
    private readonly DateTimeOffset? _end;

    public ScheduleTimes(string name, CronExpression cron, TimeZoneInfo zone, ScheduleOptions options)
        : this(name, options) => (_cron, _zone) = (cron, zone);

    public ScheduleTimes(string name, TimeSpan every, ScheduleOptions options)
        : this(name, options) => _every = every;

    private ScheduleTimes(string name, ScheduleOptions options)
    {
        (_name, _zone, _jitter) = (name, TimeZoneInfo.Utc, options.Jitter);
        (_start, _end) = (options.StartAt?.ToUniversalTime(), options.EndAt?.ToUniversalTime());
        _anchor = _start ?? DateTimeOffset.UnixEpoch;
    }

    /// <summary>Finds the first due time after an instant; <see langword="null"/> where there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var next = _cron is null ? NextInterval(after) : NextOccurrence(_cron, _start > after ? _start.Value.AddTicks(-1) : after);
        return next > _end ? null : next;
    }

    /// <summary>When it fires for a due time: later by a part of the jitter that follows from the name and the due time.</summary>
    public DateTimeOffset FiresAt(DateTimeOffset due)
    {
        if (_jitter == TimeSpan.Zero)
        {
            return due;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_name}\n{due.UtcTicks}")));
        return due + (_jitter * (BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0)));
    }

    private DateTimeOffset? NextOccurrence(CronExpression cron, DateTimeOffset after) =>
        cron.GetNextOccurrence(after.UtcDateTime, _zone) is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;

    private DateTimeOffset? NextInterval(DateTimeOffset after)
    {
        if (after < _anchor)
        {
            return _anchor;
        }

        var past = (after - _anchor).Ticks;
        var ticks = past - (past % _every.Ticks) + _every.Ticks;
        return DateTimeOffset.MaxValue - _anchor < TimeSpan.FromTicks(ticks) ? null : _anchor.AddTicks(ticks);
    }
}
