using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>A run's row.</summary>
internal sealed record RunRecord
{
    public required string Id { get; init; }

    public required string Pipeline { get; init; }

    public required RunState State { get; init; }

    public int Generation { get; init; } = 1;

    /// <summary>Gets the request as JSON, as the pipeline reads it.</summary>
    public required string Request { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the run whose request it took, where it was cloned.</summary>
    public string? CloneOf { get; init; }

    /// <summary>Gets the key that it was started with, if any.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets how long each generation may take, from when it was asked for; <see langword="null"/> for as long as it takes.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Gets when the present generation ends as failed, whatever it is at.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets since when it is being purged.</summary>
    public DateTimeOffset? PurgingAt { get; init; }

    /// <summary>Gets the code of <c>docs/errors.md</c> on a failed run.</summary>
    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>Gets whether tasks failed that its present generation awaited, whether it went on from that or not.</summary>
    public bool HasFailedTasks { get; init; }

    /// <summary>Gets whether a run that its present generation awaited has succeeded with errors.</summary>
    public bool HasRunsWithErrors { get; init; }

    public bool HasErrors => HasFailedTasks || HasRunsWithErrors;

    /// <summary>Gets the name of the blob that holds the result, or <see langword="null"/> while there is none.</summary>
    public string? ResultBlob { get; init; }

    /// <summary>Gets the orchestration that waits for its end, or <see langword="null"/>: that of a run which has begun it.</summary>
    public string? Waiter { get; init; }

    /// <summary>Gets where it was asked for; all of its generations are of that trace.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Gets the version of the row that was read.</summary>
    public string ETag { get; init; } = "";

    public static RunRecord From(TableRow row) => new()
    {
        Id = RunKey.IdOf(row.RowKey),
        Pipeline = row.FindString("pipeline")!,
        State = Enum.Parse<RunState>(row.FindString("state")!),
        Generation = row.GetInt32("generation"),
        Request = row.FindString("request")!,
        Tags = ReadTags(row),
        CreatedAt = row.FindTime("createdAt")!.Value,
        CloneOf = row.FindString("cloneOf"),
        IdempotencyKey = row.FindString("idempotencyKey"),
        TimeLimit = row.GetInt64("timeLimitMs") is > 0 and var limit ? TimeSpan.FromMilliseconds(limit) : null,
        Deadline = row.FindTime("deadline"),
        StartedAt = row.FindTime("startedAt"),
        EndedAt = row.FindTime("endedAt"),
        PurgingAt = row.FindTime("purgingAt"),
        ErrorCode = row.FindString("errorCode"),
        ErrorMessage = row.FindString("errorMessage"),
        HasFailedTasks = row.Values.ContainsKey("hasFailedTasks"),
        HasRunsWithErrors = row.Values.ContainsKey("hasRunsWithErrors"),
        ResultBlob = row.FindString("resultBlob"),
        Waiter = row.FindString("waiter"),
        Traceparent = row.FindString("traceparent"),
        ETag = row.ETag,
    };

    public static IReadOnlyList<string> ReadTags(TableRow row) => row.FindString("tags") is { } tags ? CelerityJson.Read<string[]>(tags) : [];

    public TableRow ToRow()
    {
        var key = RunKey.For(Id);
        var values = new Dictionary<string, object>
        {
            ["pipeline"] = Pipeline,
            ["state"] = State.ToString(),
            ["generation"] = Generation,
            ["request"] = Request,
            ["createdAt"] = CreatedAt,
        };
        values.AddIfPresent("tags", Tags.Count == 0 ? null : CelerityJson.Write(Tags));
        values.AddIfPresent("cloneOf", CloneOf);
        values.AddIfPresent("idempotencyKey", IdempotencyKey);
        values.AddIfPresent("timeLimitMs", (long?)TimeLimit?.TotalMilliseconds);
        values.AddIfPresent("deadline", Deadline);
        values.AddIfPresent("startedAt", StartedAt);
        values.AddIfPresent("endedAt", EndedAt);
        values.AddIfPresent("purgingAt", PurgingAt);
        values.AddIfPresent("errorCode", ErrorCode);
        values.AddIfPresent("errorMessage", ErrorMessage);
        values.AddIfPresent("hasFailedTasks", HasFailedTasks ? true : null);
        values.AddIfPresent("hasRunsWithErrors", HasRunsWithErrors ? true : null);
        values.AddIfPresent("resultBlob", ResultBlob);
        values.AddIfPresent("waiter", Waiter);
        values.AddIfPresent("traceparent", Traceparent);
        return new TableRow(key.Partition, key.Row, values);
    }
}
