namespace Celerity.SoakApp;

/// <summary>A step that goes by <see cref="SoakPlan"/>. Its end is stored.</summary>
/// <param name="Number">Which one.</param>
[CelerityTask("soak.stored", Tracking = TaskTracking.Result, MaxAttempts = SoakPlan.MaxAttempts, BackoffSeconds = 1, MaxBackoffSeconds = 2)]
public sealed record StoredStep(int Number);
