using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Schedules;

/// <summary>
/// A schedule's row. Whatever is decided of a schedule, by a round, an operator or an edit, is one write of it by its ETag: so decisions are in one
/// order, and none is made by what no longer holds.
/// </summary>
/// <remarks>It lies beside the audit, so that a change and its record are stored together, and sorts before that and before the board, which do not read it.</remarks>
internal sealed record ScheduleState(string Name)
{
    public const string RowPrefix = "A-Schedule:";
    public const string AfterAll = "A-Schedule;";

    /// <summary>Gets what everything up to it has been decided.</summary>
    public DateTimeOffset Cursor { get; init; }

    /// <summary>Gets by which due times the cursor was moved last (<see cref="Schedule.Fingerprint"/>).</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Gets the options as JSON, without the payload, of a schedule that was defined over HTTP.</summary>
    public string? Definition { get; init; }

    public string? Payload { get; init; }

    /// <summary>Gets who paused it, or <see langword="null"/> while it is not paused.</summary>
    public PauseNote? Pause { get; init; }

    /// <summary>Gets whether it was deleted: what is left of it goes with the next rounds.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Gets the latest decision, while its effect may be missing.</summary>
    public Firing? Open { get; init; }

    /// <summary>Gets the due time that waits for the end of <see cref="LastId"/>.</summary>
    public DateTimeOffset? Waiting { get; init; }

    /// <summary>Gets the task or run that was fired last; <see langword="null"/> where there is none whose end would matter.</summary>
    public string? LastId { get; init; }

    public DateTimeOffset? LastDueAt { get; init; }

    public DateTimeOffset? LastSentAt { get; init; }

    /// <summary>Gets when it was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Gets whether an effect has been made of which the stored row does not know yet.</summary>
    public bool IsUnwritten { get; init; }

    /// <summary>Gets its version; empty on one that is not stored.</summary>
    public string ETag { get; init; } = "";

    public static string RowKeyOf(string name) => RowPrefix + ControlEntry.TargetOf(name);

    public static ScheduleState From(TableRow row) => new(row.FindString("name")!)
    {
        Cursor = row.FindTime("cursor")!.Value,
        Fingerprint = row.FindString("fingerprint")!,
        Definition = row.FindString("definition"),
        Payload = row.FindString("payload"),
        Pause = row.FindString("pause") is { } pause ? CelerityJson.Read<PauseNote>(pause) : null,
        IsDeleted = row.GetBoolean("deleted"),
        Open = row.FindString("open") is { } open ? CelerityJson.Read<Firing>(open) with { Payload = row.FindString("openPayload") } : null,
        Waiting = row.FindTime("waiting"),
        LastId = row.FindString("lastId"),
        LastDueAt = row.FindTime("lastDueAt"),
        LastSentAt = row.FindTime("lastSentAt"),
        At = row.FindTime("at")!.Value,
        ETag = row.ETag,
    };

    public TableRow ToTableRow()
    {
        var values = new Dictionary<string, object>
        {
            ["name"] = Name,
            ["cursor"] = Cursor,
            ["fingerprint"] = Fingerprint,
            ["at"] = At,
        };
        values.AddIfPresent("definition", Definition);
        values.AddIfPresent("payload", Payload);
        values.AddIfPresent("pause", Pause is null ? null : CelerityJson.Write(Pause));
        values.AddIfPresent("deleted", IsDeleted ? true : null);
        values.AddIfPresent("open", Open is null ? null : CelerityJson.Write(Open));
        values.AddIfPresent("openPayload", Open?.Payload);
        values.AddIfPresent("waiting", Waiting);
        values.AddIfPresent("lastId", LastId);
        values.AddIfPresent("lastDueAt", LastDueAt);
        values.AddIfPresent("lastSentAt", LastSentAt);
        return new TableRow(ControlEntry.Partition, RowKeyOf(Name), values) { ETag = ETag };
    }
}
