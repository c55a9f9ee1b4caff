using Celerity.Storage;

namespace Celerity.Handover;

/// <summary>The control row of a task or chunk: which of its messages counts, who runs it, and how it ended.</summary>
internal sealed record ControlRow
{
    /// <summary>Gets how often it was handed over.</summary>
    public required int Seq { get; init; }

    /// <summary>Gets the hand-over whose message counts; others of the same <see cref="Seq"/> are orphans. Empty on a message that was never handed over.</summary>
    public required string Delivery { get; init; }

    /// <summary>Gets the attempt that this hand-over makes.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets how often the process died while it ran.</summary>
    public int Crashes { get; init; }

    /// <summary>Gets who runs it, or <see langword="null"/> while nobody does.</summary>
    public ControlClaim? Claim { get; init; }

    /// <summary>Gets how it ended, or <see langword="null"/> while it has not.</summary>
    public TaskState? End { get; init; }

    /// <summary>Gets why it ended so.</summary>
    public ErrorCategory? Category { get; init; }

    public string? Reason { get; init; }

    /// <summary>Gets the failed attempts, as JSON.</summary>
    public string? Failures { get; init; }

    /// <summary>Gets the result, as JSON.</summary>
    public string? Result { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets the version of the row that was read or written.</summary>
    public string ETag { get; init; } = "";

    public static ControlRow From(TableRow row) => new()
    {
        Seq = row.GetInt32("seq"),
        Delivery = row.FindString("delivery") ?? "",
        Attempt = row.GetInt32("attempt"),
        Crashes = row.GetInt32("crashes"),
        Claim = row.FindString("messageId") is { } messageId ? new ControlClaim(messageId, row.GetInt64("dequeueCount"), row.FindString("pass")!) : null,
        End = row.FindString("end") is { } end ? Enum.Parse<TaskState>(end) : null,
        Category = row.FindString("category") is { } category ? Enum.Parse<ErrorCategory>(category) : null,
        Reason = row.FindString("reason"),
        Failures = row.FindString("failures"),
        Result = row.FindString("result"),
        EndedAt = row.FindTime("endedAt"),
        ETag = row.ETag,
    };

    public TableRow ToRow(ControlKey key)
    {
        var values = new Dictionary<string, object> { ["seq"] = Seq, ["delivery"] = Delivery, ["attempt"] = Attempt, ["crashes"] = Crashes };
        if (Claim is { } claim)
        {
            values["messageId"] = claim.MessageId;
            values["dequeueCount"] = claim.DequeueCount;
            values["pass"] = claim.Pass;
        }

        values.AddIfPresent("end", End?.ToString());
        values.AddIfPresent("category", Category?.ToString());
        values.AddIfPresent("reason", Reason);
        values.AddIfPresent("failures", Failures);
        values.AddIfPresent("result", Result);
        values.AddIfPresent("endedAt", EndedAt);
        return new TableRow(key.Partition, key.Row, values);
    }
}

/// <summary>Who runs a subject.</summary>
/// <param name="MessageId">The queue message through which it was claimed.</param>
/// <param name="DequeueCount">That message's dequeue count at the claim.</param>
/// <param name="Pass">The pass that claimed: tells the lost reply to one's own claim from somebody else's.</param>
internal sealed record ControlClaim(string MessageId, long DequeueCount, string Pass);
