namespace Celerity.History;

/// <summary>A minute or an hour as it is shown. Durations and ages are in seconds.</summary>
internal sealed record HistoryPointView
{
    public required DateTimeOffset At { get; init; }

    public long Sent { get; init; }

    /// <summary>Gets how many attempts have begun.</summary>
    public long Started { get; init; }

    public long Succeeded { get; init; }

    /// <summary>Gets how many tasks ended as dead letters.</summary>
    public long Failed { get; init; }

    public long Revoked { get; init; }

    public long Expired { get; init; }

    public long Discarded { get; init; }

    public long Retried { get; init; }

    public long Deferred { get; init; }

    public double? DurationP50 { get; init; }

    public double? DurationP95 { get; init; }

    public double? WaitP95 { get; init; }

    /// <summary>Gets how many chunks have ended; <see langword="null"/> where a task is told of.</summary>
    public long? Chunks { get; init; }

    public long? Records { get; init; }

    public long? StorageRequests { get; init; }

    public long? Backlog { get; init; }

    public double? OldestSeconds { get; init; }

    public long? OpenLetters { get; init; }

    /// <summary>Gets how many attempts ran when the minute was over; of an hour the highest.</summary>
    public int? Running { get; init; }

    /// <summary>Shows a point, or what it holds of one task; <see langword="null"/> where that is nothing.</summary>
    public static HistoryPointView? Of(HistoryPoint point, string? task)
    {
        if (task is not null)
        {
            return point.Tally.Tasks.TryGetValue(task, out var one) ? Of(point.At, one) : null;
        }

        if (point.Tally.IsEmpty && point.Figures is null)
        {
            return null;
        }

        var all = new TaskTally();
        foreach (var tally in point.Tally.Tasks.Values)
        {
            all.Add(tally);
        }

        return Of(point.At, all) with
        {
            Chunks = point.Tally.Stages.Values.Sum(stage => stage.Succeeded + stage.DeadLettered),
            Records = point.Tally.Stages.Values.Sum(stage => stage.Records),
            StorageRequests = point.Tally.Requests.Values.Sum(),
            Backlog = point.Figures?.Backlog,
            OldestSeconds = HistoryView.Seconds(point.Figures?.OldestSeconds),
            OpenLetters = point.Figures?.OpenLetters,
            Running = point.Tally.IsEmpty ? null : point.Tally.Running,
        };
    }

    private static HistoryPointView Of(DateTimeOffset at, TaskTally tally) => new()
    {
        At = at,
        Sent = tally.Sent,
        Started = tally.Started,
        Succeeded = tally.Succeeded,
        Failed = tally.DeadLettered,
        Revoked = tally.Revoked,
        Expired = tally.Expired,
        Discarded = tally.Discarded,
        Retried = tally.Retried,
        Deferred = tally.Deferred,
        DurationP50 = HistoryView.Seconds(tally.Duration.Quantile(0.5)),
        DurationP95 = HistoryView.Seconds(tally.Duration.Quantile(0.95)),
        WaitP95 = HistoryView.Seconds(tally.Wait.Quantile(0.95)),
    };
}
