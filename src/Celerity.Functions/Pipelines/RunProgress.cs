using System.Text.Json;
using Celerity.Stages;

namespace Celerity.Functions.Pipelines;

/// <summary>Where a run's orchestration stands; its input.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Function">The pipeline's function.</param>
/// <param name="Request">The pipeline's input.</param>
/// <param name="End">How the pipeline ended, once it has.</param>
/// <param name="Waiter">The orchestration that waits for its end, or <see langword="null"/>.</param>
internal sealed record RunProgress(string Run, int Generation, string Function, JsonElement Request, RunEnd? End = null, string? Waiter = null)
{
    /// <summary>Gets when it ends as failed, if it has not ended by then.</summary>
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>How a run's pipeline ended.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Result">What the pipeline returned.</param>
/// <param name="Fault">Why it failed, or <see langword="null"/>.</param>
internal sealed record RunEnd(string Run, int Generation, JsonElement? Result, StageFault? Fault);
