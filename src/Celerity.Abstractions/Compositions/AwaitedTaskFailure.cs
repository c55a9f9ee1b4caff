namespace Celerity;

/// <summary>A task that failed.</summary>
/// <param name="Index">Its place among the tasks, from 0.</param>
/// <param name="Id">Its id; of a chain that of the link that failed.</param>
/// <param name="State">How it ended: <see cref="TaskState.DeadLettered"/>, <see cref="TaskState.Revoked"/> or <see cref="TaskState.Expired"/>.</param>
/// <param name="Category">What kind of failure it was; <see langword="null"/> where it was none.</param>
/// <param name="Reason">Why.</param>
public sealed record AwaitedTaskFailure(int Index, string Id, TaskState State, ErrorCategory? Category, string? Reason);
