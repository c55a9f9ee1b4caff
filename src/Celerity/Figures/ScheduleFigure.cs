namespace Celerity.Figures;

/// <summary>A schedule that is late.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="LateSeconds">How long its due time has passed and it has not fired, or how late its last firing was.</param>
internal sealed record ScheduleFigure(string Schedule, double LateSeconds);
