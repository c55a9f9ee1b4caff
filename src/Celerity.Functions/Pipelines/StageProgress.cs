using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Watching;

namespace Celerity.Functions.Pipelines;

/// <summary>Where a stage's orchestration stands; what it takes along when it continues as new.</summary>
internal sealed record StageProgress
{
    /// <summary>Gets the planning to do next; <see langword="null"/> once planned.</summary>
    public PlanRequest? Planning { get; init; }

    public StagePlan? Plan { get; init; }

    public bool Published { get; init; }

    public WatchState Watch { get; init; } = WatchState.Start;

    /// <summary>Gets the combining to do next; <see langword="null"/> until every chunk has ended.</summary>
    public CombineRequest? Combining { get; init; }

    /// <summary>Gets the listing of what was written to do next; <see langword="null"/> until all is combined, and where nothing is written.</summary>
    public ListRequest? Listing { get; init; }

    /// <summary>Gets the end, while what was written is listed.</summary>
    public StageEnd? End { get; init; }

    /// <summary>Gets how many steps failed in a row because a service did.</summary>
    public int Faults { get; init; }

    public static StageProgress Begin(PlanRequest request) => new() { Planning = request };
}

/// <summary>A stage's outcome: its end, or why it failed; and what it wrote, if it writes records.</summary>
internal sealed record StageOutcome(StageEnd? End, StageFault? Fault, OutputHead? Output = null);
