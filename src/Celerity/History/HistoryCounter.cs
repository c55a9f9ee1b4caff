using Celerity.Storage;

namespace Celerity.History;

/// <summary>Counts what this process sees, minute by minute, until it is taken to be written down.</summary>
/// <remarks>
/// What is not taken is kept for an hour's worth of minutes. Where the clock is set back, the minutes that come again are counted apart: rows are
/// added up, so nothing is counted twice or lost.
/// </remarks>
internal sealed class HistoryCounter(TimeProvider time) : ITaskObserver
{
    /// <summary>How many minutes wait to be written at most; of more the oldest are dropped.</summary>
    public const int MostWaiting = 60;

    // Names come with messages, and who sends them may make them up.
    private const int MostNames = 1000;

    private readonly Lock _gate = new();
    private readonly List<CountedMinute> _finished = [];
    private DateTimeOffset _minute;
    private int _number;
    private HistoryTally _open = new();
    private int _dropped;

    public ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (happened.Queue == StorageNames.ChunksQueue)
            {
                Count(Open().Stage(happened.Name, MostNames), happened);
            }
            else if (happened.Kind is not (TaskEventKind.Progress or TaskEventKind.Emitted))
            {
                Count(Open().Task(happened.Name, MostNames), happened);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Counts a request to the storage account.</summary>
    /// <param name="kind">Its service and operation: <c>queue send</c>.</param>
    public void CountRequest(string kind)
    {
        lock (_gate)
        {
            Open().AddRequests(kind, 1);
        }
    }

    /// <summary>Takes the minutes that are over, the oldest first.</summary>
    /// <param name="withOpen">Whether the one that goes on is taken too: the process ends.</param>
    /// <returns>The minutes, and how many were dropped since because they could not be written.</returns>
    public (IReadOnlyList<CountedMinute> Minutes, int Dropped) Take(bool withOpen)
    {
        lock (_gate)
        {
            _ = Open();
            if (withOpen)
            {
                Finish();
            }

            var taken = (_finished.ToList(), _dropped);
            _finished.Clear();
            _dropped = 0;
            return taken;
        }
    }

    /// <summary>Puts back what could not be written.</summary>
    public void PutBack(IReadOnlyList<CountedMinute> minutes)
    {
        lock (_gate)
        {
            _finished.InsertRange(0, minutes);
            DropOldest();
        }
    }

    private static void Count(TaskTally task, TaskEvent happened)
    {
        switch (happened.Kind)
        {
            case TaskEventKind.BeforePublish:
                task.Sent++;
                break;
            case TaskEventKind.Started:
                task.Started++;
                Record(task.Wait, happened.Waited);
                break;
            case TaskEventKind.Failed:
                Record(task.Duration, happened.Duration);
                break;
            case TaskEventKind.Retried:
                task.Retried++;
                break;
            case TaskEventKind.Deferred:
                task.Deferred++;
                break;
            case TaskEventKind.Succeeded:
                task.Succeeded++;
                Record(task.Duration, happened.Duration);
                break;
            case TaskEventKind.DeadLettered:
                // Its last attempt is told as failed before.
                task.DeadLettered++;
                break;
            case TaskEventKind.Revoked:
                task.Revoked++;
                Record(task.Duration, happened.Duration);
                break;
            case TaskEventKind.Expired:
                task.Expired++;
                Record(task.Duration, happened.Duration);
                break;
            case TaskEventKind.Discarded:
                task.Discarded++;
                Record(task.Duration, happened.Duration);
                break;
        }
    }

    private static void Count(StageTally stage, TaskEvent happened)
    {
        switch (happened.Kind)
        {
            case TaskEventKind.Started:
                stage.Started++;
                break;
            case TaskEventKind.Failed:
                Record(stage.Duration, happened.Duration);
                break;
            case TaskEventKind.Retried:
                stage.Retried++;
                break;
            case TaskEventKind.Succeeded:
                stage.Succeeded++;
                stage.Records += happened.Records;
                stage.Rejected += happened.RejectedRecords;
                Record(stage.Duration, happened.Duration);
                break;
            case TaskEventKind.DeadLettered:
                stage.DeadLettered++;
                break;
        }
    }

    private static void Record(LogHistogram histogram, TimeSpan? span)
    {
        if (span is { } known)
        {
            histogram.Record(known.TotalSeconds);
        }
    }

    private HistoryTally Open()
    {
        var minute = HistoryRows.MinuteOf(time.GetUtcNow());
        if (minute != _minute)
        {
            Finish();
            _minute = minute;
        }

        return _open;
    }

    private void Finish()
    {
        if (!_open.IsEmpty)
        {
            _finished.Add(new CountedMinute(_minute, _number++, _open));
            _open = new HistoryTally();
            DropOldest();
        }
    }

    private void DropOldest()
    {
        var excess = Math.Max(0, _finished.Count - MostWaiting);
        _finished.RemoveRange(0, excess);
        _dropped += excess;
    }
}
