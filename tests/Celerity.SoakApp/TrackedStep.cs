namespace Celerity.SoakApp;

/// <summary>A step that goes by <see cref="SoakPlan"/>. Its every state is stored.</summary>
/// <param name="Number">Which one.</param>
[CelerityTask("soak.tracked", Tracking = TaskTracking.Full, MaxAttempts = SoakPlan.MaxAttempts, BackoffSeconds = 1, MaxBackoffSeconds = 2)]
public sealed record TrackedStep(int Number);
