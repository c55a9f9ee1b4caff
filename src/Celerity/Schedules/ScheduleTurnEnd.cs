namespace Celerity.Schedules;

/// <summary>How a turn has left a schedule.</summary>
/// <param name="State">Its row as it is stored, or <see langword="null"/> where there is none.</param>
/// <param name="NextAt">When it is due next; <see langword="null"/> where it is not, or another minute's round has to see.</param>
internal sealed record ScheduleTurnEnd(ScheduleState? State, DateTimeOffset? NextAt);
