using Celerity.Storage;

namespace Celerity.Schedules;

/// <summary>What became of a due time: written once, after its effect.</summary>
internal sealed record FiringRecord(Firing Firing, DateTimeOffset At)
{
    /// <summary>Gets why its effect failed for good, as <c>CEL0202: …</c>; <see langword="null"/> where it did not.</summary>
    public string? Error { get; init; }

    public static FiringRecord From(TableRow row) => new(
        new Firing(row.FindTime("dueAt")!.Value, Enum.Parse<FiringKind>(row.FindString("kind")!))
        {
            Id = row.FindString("id"),
            Task = row.FindString("task"),
            Pipeline = row.FindString("pipeline"),
            Replaces = row.FindString("replaces"),
            FirstDueAt = row.FindTime("firstDueAt"),
            Count = row.GetInt32("count"),
            IsManual = row.GetBoolean("manual"),
        },
        row.FindTime("at")!.Value)
    {
        Error = row.FindString("error"),
    };

    public TableRow ToTableRow(string partitionKey, string rowKey)
    {
        var values = new Dictionary<string, object>
        {
            ["dueAt"] = Firing.DueAt,
            ["kind"] = Firing.Kind.ToString(),
            ["count"] = Firing.Count,
            ["at"] = At,
        };
        values.AddIfPresent("id", Firing.Id);
        values.AddIfPresent("task", Firing.Task);
        values.AddIfPresent("pipeline", Firing.Pipeline);
        values.AddIfPresent("replaces", Firing.Replaces);
        values.AddIfPresent("firstDueAt", Firing.FirstDueAt);
        values.AddIfPresent("manual", Firing.IsManual ? true : null);
        values.AddIfPresent("error", Error);
        return new TableRow(partitionKey, rowKey, values);
    }
}
