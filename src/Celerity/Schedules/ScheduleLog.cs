using Microsoft.Extensions.Logging;

namespace Celerity.Schedules;

internal static partial class ScheduleLog
{
    [LoggerMessage(2060, LogLevel.Debug, "Schedule {Schedule} fired {Id} for {DueAt}, {DriftMs} ms after it was due")]
    public static partial void Fired(this ILogger logger, string schedule, string id, DateTimeOffset dueAt, double driftMs);

    [LoggerMessage(2061, LogLevel.Warning, "Schedule {Schedule} missed {Count} due times up to {DueAt}; they are not fired")]
    public static partial void Missed(this ILogger logger, string schedule, int count, DateTimeOffset dueAt);

    [LoggerMessage(2062, LogLevel.Error, "Schedule {Schedule} could not fire for {DueAt}; this due time is given up")]
    public static partial void NotFired(this ILogger logger, string schedule, DateTimeOffset dueAt, Exception exception);

    [LoggerMessage(2063, LogLevel.Warning, "Schedule {Schedule} could not be looked after; it is tried again within a minute")]
    public static partial void TurnFailed(this ILogger logger, string schedule, Exception exception);

    [LoggerMessage(2064, LogLevel.Warning, "Schedules together exceed a rate limit within the next hour: {Burst}")]
    public static partial void Burst(this ILogger logger, string burst);
}
