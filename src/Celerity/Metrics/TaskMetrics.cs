using System.Diagnostics;
using Celerity.Storage;

namespace Celerity.Metrics;

/// <summary>Counts what observers hear of tasks and chunks. No id is among the attributes: their values stay as few as the app's tasks and queues.</summary>
internal sealed class TaskMetrics(CelerityMeter meter) : ITaskObserver
{
    public ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
    {
        if (happened.Queue == StorageNames.ChunksQueue)
        {
            CountChunk(happened);
        }
        else
        {
            CountTask(happened);
        }

        return ValueTask.CompletedTask;
    }

    private void CountTask(TaskEvent happened)
    {
        var task = new KeyValuePair<string, object?>(MetricTags.Task, happened.Name);
        var queue = new KeyValuePair<string, object?>(MetricTags.Queue, happened.Queue);
        switch (happened.Kind)
        {
            case TaskEventKind.BeforePublish:
                meter.Sent.Add(1, task, queue);
                break;
            case TaskEventKind.Started:
                meter.Started.Add(1, task, queue);
                if (happened.Waited is { } waited)
                {
                    meter.Wait.Record(waited.TotalSeconds, task, queue);
                }

                break;
            case TaskEventKind.Failed:
                Record(happened, MetricTags.Failed);
                break;
            case TaskEventKind.Retried:
                meter.Retried.Add(1, task, queue, ErrorOf(happened));
                break;
            case TaskEventKind.Deferred:
                meter.Deferred.Add(1, task, queue, new(MetricTags.Reason, MetricTags.Of(happened.Deferral!.Value)));
                break;
            case TaskEventKind.Progress or TaskEventKind.Emitted:
                break;
            default:
                CountEnd(happened);
                break;
        }
    }

    private void CountEnd(TaskEvent happened)
    {
        var tags = new TagList
        {
            { MetricTags.Task, happened.Name },
            { MetricTags.Queue, happened.Queue },
            { MetricTags.Outcome, MetricTags.Of(happened.Kind) },
        };
        if (happened.Category is not null)
        {
            tags.Add(ErrorOf(happened));
        }

        meter.Ended.Add(1, tags);
        if (happened.Kind != TaskEventKind.DeadLettered)
        {
            Record(happened, MetricTags.Of(happened.Kind));
        }
    }

    // A dead task's last attempt is told as failed before.
    private void Record(TaskEvent happened, string outcome)
    {
        if (happened.Duration is { } duration)
        {
            meter.Duration.Record(duration.TotalSeconds, new(MetricTags.Task, happened.Name), new(MetricTags.Queue, happened.Queue), new(MetricTags.Outcome, outcome));
        }
    }

    private void CountChunk(TaskEvent happened)
    {
        var stage = new KeyValuePair<string, object?>(MetricTags.Stage, happened.Name);
        switch (happened.Kind)
        {
            case TaskEventKind.Started:
                meter.ChunkStarted.Add(1, stage);
                break;
            case TaskEventKind.Failed when happened.Duration is { } duration:
                meter.ChunkDuration.Record(duration.TotalSeconds, stage, new(MetricTags.Outcome, MetricTags.Failed));
                break;
            case TaskEventKind.Retried:
                meter.ChunkRetried.Add(1, stage, ErrorOf(happened));
                break;
            case TaskEventKind.Succeeded:
                meter.ChunkEnded.Add(1, stage, new(MetricTags.Outcome, MetricTags.Of(happened.Kind)));
                if (happened.Duration is { } took)
                {
                    meter.ChunkDuration.Record(took.TotalSeconds, stage, new(MetricTags.Outcome, MetricTags.Of(happened.Kind)));
                }

                meter.Records.Add(happened.Records - happened.RejectedRecords, stage, new(MetricTags.Outcome, "accepted"));
                meter.Records.Add(happened.RejectedRecords, stage, new(MetricTags.Outcome, "rejected"));
                break;
            case TaskEventKind.DeadLettered:
                meter.ChunkEnded.Add(1, stage, new(MetricTags.Outcome, MetricTags.Of(happened.Kind)), ErrorOf(happened));
                break;
        }
    }

    private static KeyValuePair<string, object?> ErrorOf(TaskEvent happened) => new(MetricTags.Error, MetricTags.Of(happened.Category));
}
