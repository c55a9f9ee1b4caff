using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>Reads runs as lists show them.</summary>
internal static class RunSummaries
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
    public static RunSummary With(this RunSummary run, ControlSnapshot? controls) => run with { State = run.State.With(controls?.FindSuspension(run.Id, run.Generation)) };

    public static bool Fits(this RunFilter filter, RunSummary run) =>
        (filter.State is null || run.State == filter.State)
        && (filter.Pipeline is null || string.Equals(run.Pipeline, filter.Pipeline, StringComparison.OrdinalIgnoreCase))
        && (filter.Tag is null || run.Tags.Contains(filter.Tag, StringComparer.Ordinal));
}
