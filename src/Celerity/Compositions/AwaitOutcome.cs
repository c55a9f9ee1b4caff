using System.Text.Json;
using Celerity.Stages;

namespace Celerity.Compositions;

/// <summary>How what was awaited ended.</summary>
internal sealed record AwaitOutcome
{
    /// <summary>Gets why it came to nothing, or <see langword="null"/>.</summary>
    public StageFault? Fault { get; init; }

    /// <summary>Gets how many of the tasks failed.</summary>
    public int Failed { get; init; }

    /// <summary>Gets the first of them.</summary>
    public IReadOnlyList<AwaitedFailure> Failures { get; init; } = [];

    /// <summary>Gets what was asked for: an array of the results, a run's result, an approval.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Gets the group of the tasks, by which a callback is given their results.</summary>
    public string? Group { get; init; }

    public static AwaitOutcome Faulted(StageFault fault) => new() { Fault = fault };
}
