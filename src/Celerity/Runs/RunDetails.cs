using Celerity.Stages;

namespace Celerity.Runs;

/// <summary>All rows of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Generations">Its generations after the first, in order.</param>
/// <param name="Stages">The stages of all generations.</param>
internal sealed record RunDetails(RunRecord Run, IReadOnlyList<RunGeneration> Generations, IReadOnlyList<StageRecord> Stages)
{
    /// <summary>Gets the stages of the generation that the run is at.</summary>
    public IEnumerable<StageRecord> Current => Stages.Where(stage => stage.Key.Generation == Run.Generation);

    /// <summary>Finds the generation that a command made.</summary>
    public RunGeneration? FindGeneration(string command) => Generations.FirstOrDefault(generation => generation.Command == command);

    /// <summary>Finds how a stage went in the generation that came to it last, before the one asked for.</summary>
    public StageRecord? FindBefore(StageKey key) => Stages
        .Where(stage => stage.Key.Stage == key.Stage && stage.Key.Generation < key.Generation)
        .MaxBy(stage => stage.Key.Generation);
}
