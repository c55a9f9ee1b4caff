using Celerity.Stages;
using Celerity.Stages.Outputs.Merging;

namespace Celerity.Functions.Pipelines;

/// <summary>Where a merge's orchestration stands; what it takes along when it continues as new.</summary>
/// <param name="Request">What to do next.</param>
/// <param name="Faults">How many steps failed in a row because a service did.</param>
internal sealed record MergeProgress(MergeRequest Request, int Faults = 0);

/// <summary>A merge's outcome: the file, or why there is none.</summary>
internal sealed record MergeOutcome(MergedFile? End, StageFault? Fault);
