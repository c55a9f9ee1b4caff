using Celerity.Stages.Planning;

namespace Celerity.Stages.Outputs;

/// <summary>What a listing step is asked for.</summary>
/// <param name="Plan">The stage's plan.</param>
/// <param name="Page">The first ledger page that is not yet listed.</param>
/// <param name="OutputHash">The hash of what the pages before wrote.</param>
/// <param name="RejectsHash">The hash of what they rejected.</param>
internal sealed record ListRequest(StagePlan Plan, int Page = 0, string OutputHash = "", string RejectsHash = "");

/// <summary>What a listing step gave: where to go on, the list's head, or why there can be none.</summary>
internal sealed record ListStep
{
    public ListRequest? Next { get; init; }

    public OutputHead? Head { get; init; }

    public StageFault? Fault { get; init; }
}
