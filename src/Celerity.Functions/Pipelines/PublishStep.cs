using Celerity.Stages;

namespace Celerity.Functions.Pipelines;

/// <summary>What publishing gave.</summary>
/// <param name="Fault">Why nothing was published, or <see langword="null"/>.</param>
/// <param name="IsHeld">Whether nothing was published, as the run is suspended.</param>
internal sealed record PublishStep(StageFault? Fault, bool IsHeld = false);
