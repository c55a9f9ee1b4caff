namespace Celerity.Schedules;

/// <summary>Where a schedule is defined.</summary>
internal enum ScheduleSource
{
    /// <summary>By <c>AddSchedule</c>.</summary>
    Code,

    /// <summary>By <c>Celerity:Schedules</c>.</summary>
    Configuration,

    /// <summary>Over HTTP, while the app runs.</summary>
    Api,
}
