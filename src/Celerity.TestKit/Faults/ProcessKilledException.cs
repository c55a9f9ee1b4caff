namespace Celerity.TestKit.Faults;

/// <summary>The process is dead as far as storage can tell: a <see cref="FaultPlan"/> lets no further call through.</summary>
/// <remarks>No code under test should catch it; where some does, it still cannot do anything that lasts.</remarks>
/// <param name="message">Where the process died.</param>
public sealed class ProcessKilledException(string message) : Exception(message);
