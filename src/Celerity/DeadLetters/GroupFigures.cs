using System.Globalization;
using Celerity.Storage;

namespace Celerity.DeadLetters;

/// <summary>A group's figures. They lie in the partition of its letters and change with them in one transaction, so they are exact.</summary>
internal sealed record GroupFigures
{
    /// <summary>How many hours of the trend are kept.</summary>
    private const int KeptHours = 48;

    private const int ShownHours = 24;
    private const int MaxReasonChars = 1000;

    private static readonly int[] Weights = [1, 3, 10, 30];

    public required string Group { get; init; }

    public required DeadLetterKind Kind { get; init; }

    public required ErrorCategory Category { get; init; }

    /// <summary>Gets the name of the task or stage.</summary>
    public string? Subject { get; init; }

    public string? Exception { get; init; }

    public IReadOnlyList<string> Frames { get; init; } = [];

    public Severity Severity { get; init; }

    public string Reason { get; init; } = "";

    public string Sample { get; init; } = "";

    public long Open { get; init; }

    public long Replayed { get; init; }

    public long SetAside { get; init; }

    public long Total { get; init; }

    public DateTimeOffset FirstSeen { get; init; } = DateTimeOffset.UnixEpoch;

    public DateTimeOffset LastSeen { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Gets how many ended in each hour, by the hour's number since 1970.</summary>
    public IReadOnlyDictionary<string, int> Hours { get; init; } = new Dictionary<string, int>();

    /// <summary>Gets until when the list of groups is told of changes: see <see cref="GroupIndex"/>.</summary>
    public DateTimeOffset ListedUntil { get; init; } = DateTimeOffset.UnixEpoch;

    public string ETag { get; init; } = "";

    /// <summary>Gets how much it hurts.</summary>
    public long Pain => Weights[(int)Severity] * Open;

    public long Kept => Open + Replayed + SetAside;

    /// <summary>Counts a new letter.</summary>
    public GroupFigures With(DeadLetter letter)
    {
        var isNewest = letter.At >= LastSeen;
        var hour = HourOf(letter.At);
        var hours = Hours.Where(pair => hour - long.Parse(pair.Key, CultureInfo.InvariantCulture) < KeptHours).ToDictionary();
        var key = hour.ToString(CultureInfo.InvariantCulture);
        hours[key] = hours.GetValueOrDefault(key) + 1;
        return Moved(null, letter.State) with
        {
            Total = Total + 1,
            FirstSeen = Total == 0 || letter.At < FirstSeen ? letter.At : FirstSeen,
            LastSeen = isNewest ? letter.At : LastSeen,
            Severity = isNewest ? letter.Severity : Severity,
            Reason = isNewest ? letter.Reason.AtMost(MaxReasonChars) : Reason,
            Sample = isNewest ? letter.Id : Sample,
            Hours = hours,
        };
    }

    /// <summary>Counts a letter that changes its state; <see langword="null"/> before it was there, or once it is gone.</summary>
    public GroupFigures Moved(DeadLetterState? from, DeadLetterState? to) => this with
    {
        Open = Open + Step(DeadLetterState.Open, from, to),
        Replayed = Replayed + Step(DeadLetterState.Replayed, from, to),
        SetAside = SetAside + Step(DeadLetterState.SetAside, from, to),
    };

    public DeadLetterGroup ToPublic(DateTimeOffset now)
    {
        var hour = HourOf(now);
        return new DeadLetterGroup
        {
            Id = Group,
            Task = Subject,
            Kind = Kind,
            Category = Category,
            Exception = Exception,
            Frames = Frames,
            Reason = Reason,
            Severity = Severity,
            Open = Open,
            Replayed = Replayed,
            SetAside = SetAside,
            Total = Total,
            FirstSeen = FirstSeen,
            LastSeen = LastSeen,
            LastDay = [.. Enumerable.Range(0, ShownHours).Select(at =>
                Hours.GetValueOrDefault((hour - ShownHours + 1 + at).ToString(CultureInfo.InvariantCulture)))],
            Sample = Sample,
        };
    }

    public static GroupFigures From(TableRow row, string group) => new()
    {
        Group = group,
        Kind = Enum.Parse<DeadLetterKind>(row.FindString("kind")!),
        Category = Enum.Parse<ErrorCategory>(row.FindString("category")!),
        Subject = row.FindString("subject"),
        Exception = row.FindString("exception"),
        Frames = row.FindString("frames") is { } frames ? frames.Split('\n') : [],
        Severity = Enum.Parse<Severity>(row.FindString("severity")!),
        Reason = row.FindString("reason")!,
        Sample = row.FindString("sample")!,
        Open = row.GetInt64("open"),
        Replayed = row.GetInt64("replayed"),
        SetAside = row.GetInt64("setAside"),
        Total = row.GetInt64("total"),
        FirstSeen = row.FindTime("firstSeen")!.Value,
        LastSeen = row.FindTime("lastSeen")!.Value,
        Hours = CelerityJson.Read<Dictionary<string, int>>(row.FindString("hours")!),
        ListedUntil = row.FindTime("listedUntil")!.Value,
        ETag = row.ETag,
    };

    public Dictionary<string, object> ToValues()
    {
        var values = new Dictionary<string, object>
        {
            ["kind"] = Kind.ToString(),
            ["category"] = Category.ToString(),
            ["severity"] = Severity.ToString(),
            ["reason"] = Reason,
            ["sample"] = Sample,
            ["open"] = Open,
            ["replayed"] = Replayed,
            ["setAside"] = SetAside,
            ["total"] = Total,
            ["firstSeen"] = FirstSeen,
            ["lastSeen"] = LastSeen,
            ["hours"] = CelerityJson.Write(Hours),
            ["listedUntil"] = ListedUntil,
        };
        values.AddIfPresent("subject", Subject);
        values.AddIfPresent("exception", Exception);
        values.AddIfPresent("frames", Frames.Count > 0 ? string.Join('\n', Frames) : null);
        return values;
    }

    public TableRow ToTableRow() => new(Group, DeadLetterKey.FiguresRow, ToValues()) { ETag = ETag };

    private static int Step(DeadLetterState state, DeadLetterState? from, DeadLetterState? to) => (to == state ? 1 : 0) - (from == state ? 1 : 0);

    private static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;
}
