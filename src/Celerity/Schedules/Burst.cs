using System.Globalization;

namespace Celerity.Schedules;

/// <summary>Schedules of one task that together fire faster than its rate limit lets it start.</summary>
/// <param name="Task">The task.</param>
/// <param name="At">When the first firing comes that must wait.</param>
/// <param name="LongestWait">How long the last of them waits.</param>
/// <param name="Schedules">The schedules.</param>
internal sealed record Burst(string Task, DateTimeOffset At, TimeSpan LongestWait, IReadOnlyList<string> Schedules)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", Schedules)} send the task '{Task}' faster than its rate limit lets it start, from {At:u} on; the longest wait is {LongestWait:c}. Spread them by {nameof(ScheduleOptions.Jitter)}, or raise the limit.");
}
