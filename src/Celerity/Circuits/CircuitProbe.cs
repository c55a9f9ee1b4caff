namespace Celerity.Circuits;

/// <summary>A task that may run while its circuit is half-open.</summary>
/// <param name="Task">Its id.</param>
/// <param name="Until">When it is taken for lost, so that another takes its place.</param>
internal sealed record CircuitProbe(string Task, DateTimeOffset Until);
