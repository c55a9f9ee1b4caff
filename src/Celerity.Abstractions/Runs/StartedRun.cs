namespace Celerity;

/// <summary>A run that was started.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Pipeline">Its pipeline's name.</param>
/// <param name="State">Where it stands: pending, unless it was there before.</param>
/// <param name="IsExisting">Whether it was there before, by its idempotency key.</param>
/// <param name="CloneOf">The run whose request it took, where it was cloned.</param>
/// <param name="Deadline">When it ends as failed, if it has not ended by then; <see langword="null"/> for never.</param>
public sealed record StartedRun(string Id, string Pipeline, RunState State, bool IsExisting, string? CloneOf, DateTimeOffset? Deadline);
