namespace Celerity.TestKit.Faults;

/// <summary>A request or a reply that a <see cref="FaultPlan"/> lost on its way; a transient fault as a broken connection is one.</summary>
/// <param name="call">The call.</param>
/// <param name="kind">What befell it.</param>
public sealed class InjectedFaultException(SeamCall call, FaultKind kind) : IOException($"The connection was cut: {kind} at {call}.");
