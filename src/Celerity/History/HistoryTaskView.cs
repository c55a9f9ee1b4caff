namespace Celerity.History;

/// <summary>What was seen of a task over a stretch of the history. Durations are in seconds; <paramref name="Failed"/> counts dead letters.</summary>
internal sealed record HistoryTaskView(
    string Task, long Sent, long Started, long Succeeded, long Failed, long Retried, double? DurationP50, double? DurationP95)
{
    public static HistoryTaskView Of(string task, TaskTally tally) => new(
        task,
        tally.Sent,
        tally.Started,
        tally.Succeeded,
        tally.DeadLettered,
        tally.Retried,
        HistoryView.Seconds(tally.Duration.Quantile(0.5)),
        HistoryView.Seconds(tally.Duration.Quantile(0.95)));
}
