namespace Celerity.SoakApp;

/// <summary>A step that goes by <see cref="SoakPlan"/>. Nothing of it is stored.</summary>
/// <param name="Number">Which one.</param>
[CelerityTask("soak.untracked", Tracking = TaskTracking.None, MaxAttempts = SoakPlan.MaxAttempts, BackoffSeconds = 1, MaxBackoffSeconds = 2)]
public sealed record UntrackedStep(int Number);
