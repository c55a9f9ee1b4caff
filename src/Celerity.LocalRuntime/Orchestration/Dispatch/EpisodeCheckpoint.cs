using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Turns what an episode decided into what is stored.</summary>
internal static class EpisodeCheckpoint
{
    /// <param name="claim">The instance as it was claimed.</param>
    /// <param name="fresh">The events that this episode added, its start among them.</param>
    /// <param name="episode">The episode, run.</param>
    /// <param name="now">The time of the commit.</param>
    /// <param name="newExecutionId">The id of the next execution, should it continue as new.</param>
    public static Checkpoint Of(
        ClaimedInstance claim, IReadOnlyList<HistoryEvent> fresh, Episode episode, DateTimeOffset now, string newExecutionId)
    {
        var decisions = episode.Suspension is null ? episode.Context.Decisions : [];
        var row = claim.Row with { UpdatedAt = now, CustomStatus = episode.Context.CustomStatus ?? claim.Row.CustomStatus };
        var at = now.UtcDateTime;
        List<HistoryEvent> history = [.. fresh, .. decisions.Select(decision => decision.Event with { At = at })];
        if (episode.Completion is { } end)
        {
            history.Add(new ExecutionCompleted(end.Status, end.Output, end.Failure) { At = at });
        }

        history.Add(new OrchestratorCompleted { At = at });
        var checkpoint = new Checkpoint
        {
            Claim = claim,
            Row = row with
            {
                Status = episode.Suspension is null ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Suspended,
                Output = episode.Suspension?.Reason,
                HistoryCount = row.HistoryCount + history.Count,
                HistoryPeak = Math.Max(row.HistoryPeak, row.HistoryCount + history.Count),
            },
            History = history,
            Activities = [.. decisions.Select(decision => ActivityOf(decision, row)).OfType<ActivityCall>()],
            Instances = [.. decisions.Select(decision => InstanceOf(decision, row, now)).OfType<NewInstance>()],
            Messages = [.. decisions.Select(decision => MessageOf(decision, row, now)).OfType<OutgoingMessage>()],
            ToEntities = [.. decisions.Select(decision => decision.ToEntity).OfType<OutgoingEntityMessage>()],
        };
        return (episode.Completion, episode.Context.Continuation) switch
        {
            (null, _) => checkpoint,
            (not null, { } next) when !InstanceRow.IsTerminalStatus(episode.Completion.Status) =>
                Anew(checkpoint, next, episode.Context.Events.Unclaimed(), episode.Started, now, newExecutionId),
            _ => Ended(checkpoint, episode.Completion, now),
        };
    }

    /// <summary>An instance that is terminated before its first episode.</summary>
    public static Checkpoint NeverStarted(ClaimedInstance claim, ExecutionTerminated terminated, DateTimeOffset now) => Ended(
        new Checkpoint { Claim = claim, Row = claim.Row with { UpdatedAt = now } },
        new Completion(OrchestrationRuntimeStatus.Terminated, terminated.Output),
        now);

    private static Checkpoint Ended(Checkpoint checkpoint, Completion end, DateTimeOffset now) => checkpoint with
    {
        Row = checkpoint.Row with { Status = end.Status, Output = end.Output, Failure = end.Failure },
        Messages =
        [
            .. checkpoint.Messages,
            .. checkpoint.Row.Parent is { } parent
                ? [new OutgoingMessage(parent.InstanceId, parent.ExecutionId, now, AnswerTo(parent, end) with { At = now.UtcDateTime })]
                : Array.Empty<OutgoingMessage>(),
        ],
    };

    private static HistoryEvent AnswerTo(ParentLink parent, Completion end) => end.Status == OrchestrationRuntimeStatus.Completed
        ? new SubOrchestrationInstanceCompleted(parent.TaskId, end.Output)
        : new SubOrchestrationInstanceFailed(
            parent.TaskId, end.Failure ?? new TaskFailureDetails("(unknown)", end.Output ?? end.Status.ToString(), null, null, null), end.NonRetriable);

    private static Checkpoint Anew(
        Checkpoint checkpoint,
        Continuation next,
        IReadOnlyList<EventRaised> unclaimed,
        ExecutionStarted before,
        DateTimeOffset now,
        string executionId)
    {
        var started = before with { Input = next.Input, Version = next.Version ?? before.Version, ExecutionId = executionId, At = now.UtcDateTime };
        var id = checkpoint.Row.Id;
        return checkpoint with
        {
            StartsAnew = true,
            History = [],
            Row = checkpoint.Row with { ExecutionId = executionId, Input = started.Input, Version = started.Version, Output = null, HistoryCount = 0 },
            Messages =
            [
                // Timers of the old execution have nobody to wake.
                .. checkpoint.Messages.Where(message => message.Event is not TimerFired),
                new OutgoingMessage(id, executionId, now, started),
                .. next.KeepsEvents ? unclaimed.Select(raised => new OutgoingMessage(id, null, new DateTimeOffset(raised.At), raised)) : [],
            ],
        };
    }

    private static ActivityCall? ActivityOf(Decision decision, InstanceRow row) => decision.Event is TaskScheduled task
        ? new ActivityCall(row.Id, row.ExecutionId, task.Id, task.Name, task.Version, decision.Payload)
        : null;

    private static NewInstance? InstanceOf(Decision decision, InstanceRow row, DateTimeOffset now)
    {
        if (decision.Event is not SubOrchestrationInstanceCreated child)
        {
            return null;
        }

        var parent = new ParentLink(row.Id, row.ExecutionId, row.Name, child.Id);
        return NewInstances.Create(child.InstanceId, child.Name, child.Version, decision.Payload, now, parent: parent, tags: decision.Tags);
    }

    private static OutgoingMessage? MessageOf(Decision decision, InstanceRow row, DateTimeOffset now) => decision.Event switch
    {
        TimerCreated timer => new OutgoingMessage(
            row.Id, row.ExecutionId, new DateTimeOffset(timer.FireAt), new TimerFired(timer.Id) { At = timer.FireAt }),
        EventSent sent when decision.ToEntity is null => new OutgoingMessage(sent.InstanceId, null, now, new EventRaised(sent.Name, decision.Payload) { At = now.UtcDateTime }),
        _ => null,
    };
}
