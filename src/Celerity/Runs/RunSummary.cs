using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>A run as lists show it.</summary>
internal sealed record RunSummary(
    string Id, string Pipeline, RunState State, int Generation, IReadOnlyList<string> Tags, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    /// <summary>Gets the columns to read.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["pipeline", "state", "generation", "tags", "createdAt", "startedAt", "endedAt"];

    public static RunSummary From(RunRecord run) =>
        new(run.Id, run.Pipeline, run.State, run.Generation, run.Tags, run.CreatedAt, run.StartedAt, run.EndedAt);

    public static RunSummary From(TableRow row) => new(
        RunKey.IdOf(row.RowKey),
        row.FindString("pipeline")!,
        Enum.Parse<RunState>(row.FindString("state")!),
        row.GetInt32("generation"),
        RunRecord.ReadTags(row),
        row.FindTime("createdAt")!.Value,
        row.FindTime("startedAt"),
        row.FindTime("endedAt"));

    /// <summary>The run as it is shown: suspended, where the board says so.</summary>
    public RunSummary With(ControlSnapshot? controls) => this with { State = State.With(controls?.FindSuspension(Id, Generation)) };
}
