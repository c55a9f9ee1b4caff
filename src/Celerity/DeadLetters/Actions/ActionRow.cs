using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Storage;

namespace Celerity.DeadLetters.Actions;

/// <summary>A replay or purge as it is stored: what was asked for, and how far it is.</summary>
internal sealed record ActionRow
{
    public const string Partition = "actions";
    public const string Replay = "replay";
    public const string Purge = "purge";

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required DeadLetterFilter Filter { get; init; }

    public required string Who { get; init; }

    public required string Why { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the one letter that it is about.</summary>
    public string? Letter { get; init; }

    public ReplayOptions Options { get; init; } = new();

    public DeadLetterActionState State { get; init; } = DeadLetterActionState.Accepted;

    /// <summary>Gets the letter that was looked at last.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets when the next letter may be sent, where there is a rate.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Gets the tasks of the canary.</summary>
    public IReadOnlyList<string> CanaryTasks { get; init; } = [];

    /// <summary>Gets how often the canary was looked at.</summary>
    public int Looks { get; init; }

    public long Expected { get; init; }

    public long Done { get; init; }

    public long SetAside { get; init; }

    public long Refused { get; init; }

    public string? Reason { get; init; }

    public string? TaskId { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets when it last went on.</summary>
    public DateTimeOffset TouchedAt { get; init; }

    public string ETag { get; init; } = "";

    [JsonIgnore]
    public bool HasEnded => EndedAt is not null;

    /// <summary>Gets whether it has been through all letters.</summary>
    public bool IsThrough { get; init; }

    /// <summary>Gets whether all tasks of the canary have succeeded.</summary>
    public bool HasPassedCanary { get; init; }

    /// <summary>Gets whether somebody has stopped it: what it has marked by then is still sent.</summary>
    public bool IsCancelling { get; init; }

    /// <summary>Gets the letter up to which a purge has counted.</summary>
    public string? CountedTo { get; init; }

    [JsonIgnore]
    public bool HasCanary => Options.Canary > 0;

    /// <summary>Gets whether it is still sending its canary.</summary>
    [JsonIgnore]
    public bool IsBeforeCanary => HasCanary && !HasPassedCanary && CanaryTasks.Count < Options.Canary;

    public ActionRow Ended(DeadLetterActionState state, DateTimeOffset now, string? reason = null) =>
        this with { State = state, EndedAt = now, Reason = reason ?? Reason };

    public DeadLetterAction ToPublic() => new()
    {
        Id = Id,
        Kind = Kind,
        State = State,
        Filter = Filter,
        Letter = Letter,
        Who = Who,
        Why = Why,
        CreatedAt = CreatedAt,
        EndedAt = EndedAt,
        Expected = Expected,
        Done = Done,
        SetAside = SetAside,
        Refused = Refused,
        Reason = Reason,
        TaskId = TaskId,
    };

    public static ActionRow From(TableRow row) => JsonSerializer.Deserialize<ActionRow>(row.FindBytes("action")!, CelerityJson.Options)! with { ETag = row.ETag };

    public TableRow ToTableRow() => new(Partition, KeyOf(Id, CreatedAt), new Dictionary<string, object>
    {
        ["action"] = JsonSerializer.SerializeToUtf8Bytes(this with { ETag = "" }, CelerityJson.Options),
        ["hasEnded"] = HasEnded,
        ["touchedAt"] = TouchedAt,
    })
    {
        ETag = ETag,
    };

    /// <summary>The newest comes first; the id has the time.</summary>
    public static string? FindKey(string id) => Tasks.TaskKeys.CreatedAt(id) is { } at ? KeyOf(id, at) : null;

    /// <summary>The beginning of the row keys of actions asked for at a time; older ones come after it.</summary>
    public static string KeyAt(DateTimeOffset at) =>
        (DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() - at.ToUnixTimeMilliseconds()).ToString("D15", CultureInfo.InvariantCulture);

    private static string KeyOf(string id, DateTimeOffset at) => $"{KeyAt(at)}-{id}";
}
