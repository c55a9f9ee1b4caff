namespace Celerity.SoakApp;

/// <summary>A task that a route leads to <see cref="OwnTasks"/>.</summary>
/// <param name="DieOnceFile">A file that the first attempt takes away, and its process with it.</param>
[CelerityTask("own.task")]
public sealed record OwnTask(string? DieOnceFile = null);
