namespace Celerity;

/// <summary>What a schedule does about due times that passed by more than 90 seconds ago: the app was down, or its clock has jumped ahead.</summary>
public enum MissedPolicy
{
    /// <summary>It fires once, for the latest of them; the others are recorded as missed.</summary>
    RunOnce,

    /// <summary>They are recorded as missed.</summary>
    Skip,

    /// <summary>It fires for each of the latest <see cref="ScheduleOptions.MaxMissed"/>, one after the other, as <see cref="ScheduleOptions.Overlap"/> lets it.</summary>
    RunAll,
}
