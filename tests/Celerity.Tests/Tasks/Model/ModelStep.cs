namespace Celerity.Tests.Tasks.Model;

/// <summary>One thing that can happen next.</summary>
/// <param name="Name">For the trace of a violation: asked for only where there is one.</param>
/// <param name="Actor">The consumer that moves, or -1.</param>
/// <param name="Run">Makes it happen.</param>
internal sealed record ModelStep(Func<string> Name, int Actor, Action Run);
