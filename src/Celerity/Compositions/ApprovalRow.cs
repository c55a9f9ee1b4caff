using System.Globalization;
using Celerity.Runs;
using Celerity.Storage;

namespace Celerity.Compositions;

/// <summary>An approval of a run: asked for, or answered, or both. Its first answer counts.</summary>
/// <param name="Run">The run.</param>
/// <param name="Generation">The generation of the run that asks, or was answered.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Where it stands.</param>
internal sealed record ApprovalRow(string Run, int Generation, string Name, ApprovalState State)
{
    public const int MaxNameChars = 60;

    /// <summary>Gets who answered.</summary>
    public string? Who { get; init; }

    /// <summary>Gets why.</summary>
    public string? Why { get; init; }

    /// <summary>Gets when it was answered, or was not by its deadline.</summary>
    public DateTimeOffset? At { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>Gets the orchestration that waits for it; <see langword="null"/> where none does yet.</summary>
    public string? Waiter { get; init; }

    public string ETag { get; init; } = "";

    public static TableQuery AllOf(string run)
    {
        var key = RunKey.For(run);
        return new TableQuery(key.Partition) { RowKeyFrom = key.Row + ":v", RowKeyBefore = key.Row + ":w" };
    }

    public static ApprovalRow From(string run, TableRow row) => new(
        run, row.GetInt32("generation"), row.FindString("name")!, Enum.Parse<ApprovalState>(row.FindString("state")!))
    {
        Who = row.FindString("who"),
        Why = row.FindString("why"),
        At = row.FindTime("at"),
        DeadlineAt = row.FindTime("deadlineAt"),
        Waiter = row.FindString("waiter"),
        ETag = row.ETag,
    };

    public TableRow ToRow()
    {
        var key = RunKey.For(Run);
        var values = new Dictionary<string, object> { ["generation"] = Generation, ["name"] = Name, ["state"] = State.ToString() };
        values.AddIfPresent("who", Who);
        values.AddIfPresent("why", Why);
        values.AddIfPresent("at", At);
        values.AddIfPresent("deadlineAt", DeadlineAt);
        values.AddIfPresent("waiter", Waiter);
        return new TableRow(key.Partition, string.Create(CultureInfo.InvariantCulture, $"{key.Row}:v{Generation:D4}:{Name}"), values);
    }

    public Approval ToApproval() => new(Name, State) { Who = Who, Why = Why, At = At, DeadlineAt = DeadlineAt };
}
