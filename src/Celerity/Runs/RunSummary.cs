namespace Celerity.Runs;

/// <summary>A run as lists show it.</summary>
internal sealed record RunSummary(
    string Id, string Pipeline, RunState State, int Generation, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    public static RunSummary From(RunRecord run) =>
        new(run.Id, run.Pipeline, run.State, run.Generation, run.CreatedAt, run.StartedAt, run.EndedAt);
}
