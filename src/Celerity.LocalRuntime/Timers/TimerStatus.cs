namespace Celerity.LocalRuntime.Timers;

/// <summary>What is kept of a monitored timer between runs of the app.</summary>
/// <param name="Last">The start of the last run; the default before the first.</param>
/// <param name="Next">The occurrence that is due next.</param>
/// <param name="LastUpdated">When this was written.</param>
internal sealed record TimerStatus(DateTimeOffset Last, DateTimeOffset Next, DateTimeOffset LastUpdated);
