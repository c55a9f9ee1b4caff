using Celerity.Stages;

namespace Celerity.Functions.Pipelines;

/// <summary>What publishing gave.</summary>
/// <param name="Fault">Why nothing was published, or <see langword="null"/>.</param>
internal sealed record PublishStep(StageFault? Fault);
