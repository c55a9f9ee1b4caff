using Celerity.Holding;

namespace Celerity.Stages.Admission;

/// <summary>Why what is left of a message does not run now.</summary>
/// <param name="Hold">What holds it, so that it goes to the queue of what is held; <see langword="null"/> where it only waits.</param>
/// <param name="Delay">How long it waits.</param>
/// <param name="Starts">The instants that are reserved of the stage's rate limit, for its next chunks in their order.</param>
internal sealed record Deferral(Hold? Hold, TimeSpan Delay, IReadOnlyList<DateTimeOffset> Starts);
